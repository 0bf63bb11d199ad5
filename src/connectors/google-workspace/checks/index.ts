import type { Check } from "#src/connector-kit/contract/checks.ts";
import { administratorChecks, sharedDriveChecks } from "./administrators.ts";
import { appSettings } from "./apps.ts";
import { collaborationSettings } from "./collaboration.ts";
import { driveSettings } from "./drive.ts";
import { gmailAccessSettings } from "./gmail-access.ts";
import { gmailProtectionSettings } from "./gmail-protection.ts";
import { passwordSettings } from "./passwords.ts";
import { ruleChecks } from "./rules.ts";
import { settingCheck } from "./setting.ts";
import { signInSettings } from "./sign-in.ts";

const settings = [
  ...signInSettings,
  ...passwordSettings,
  ...appSettings,
  ...driveSettings,
  ...gmailProtectionSettings,
  ...gmailAccessSettings,
  ...collaborationSettings,
];

export const checks: readonly Check[] = [
  ...administratorChecks,
  ...settings.map(settingCheck),
  ...sharedDriveChecks,
  ...ruleChecks,
];
