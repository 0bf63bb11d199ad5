import type { Account } from "./people.ts";

/** Settings of an account as the eSignature API writes them: all of them texts. */
export interface AccountSettings {
  settings: Record<string, string>;
  passwordRules: Record<string, string>;
}

export function defaultSettings({ index }: Account): AccountSettings {
  return {
    settings: {
      ...{ sessionTimeout: index === 0 ? "20" : "120", signingSessionTimeout: "20", mobileSessionTimeout: "30" },
      ...{ disableMultipleSessions: "true", allowSocialIdLogin: "false", requireExternalUserManagement: "true" },
      ...{ skipAuthCompletedEnvelopes: "false", attachCompletedEnvelope: "true", documentRetention: "365" },
      ...{ signerMustLoginToSign: "false", senderMustAuthenticateSigning: "false" },
    },
    passwordRules: {
      ...{ passwordStrengthType: "custom", minimumPasswordLength: "12", passwordIncludeDigit: "true" },
      ...{
        passwordIncludeUpperCase: "true",
        passwordIncludeLowerCase: "true",
        passwordIncludeSpecialCharacter: "false",
      },
      ...{ expirePassword: "false", lockoutDurationMinutes: "1", lockoutDurationType: "hours", questionsRequired: "0" },
    },
  };
}
