import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import { Check, ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { signOut } from "../data/session.ts";
import { useViewer } from "../data/viewer.tsx";
import { words } from "../shared/words.ts";
import { applyTheme, chosenTheme, themes } from "./theme.ts";

const labels = { system: "As the system", light: "Light", dark: "Dark", contrast: "High contrast" };

/** The signed-in person, the theme, and the way out. */
export function Account({ onKeys }: { onKeys(): void }) {
  const { name, role } = useViewer();
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="account">
        <span className="account-mark" aria-hidden="true">
          {name.slice(0, 1).toUpperCase()}
        </span>
        <span className="account-text">
          <span className="truncate">{name}</span>
          <span className="muted">{words(role)}</span>
        </span>
        <ChevronsUpDown size={14} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" side="top" align="start" sideOffset={6}>
          <DropdownMenu.Label className="menu-label">Theme</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={theme}
            onValueChange={(value) => {
              const next = themes.find((each) => each === value) ?? "system";
              applyTheme(next);
              setTheme(next);
            }}
          >
            {themes.map((each) => (
              <DropdownMenu.RadioItem key={each} value={each} className="menu-item">
                {labels[each]}
                <DropdownMenu.ItemIndicator className="menu-check">
                  <Check size={14} />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Item className="menu-item" onSelect={onKeys}>
            Keyboard <kbd>?</kbd>
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={signOut}>
            Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
