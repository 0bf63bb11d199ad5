import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import { Check, ChevronDown, X } from "lucide-react";
import { type ReactNode, useState } from "react";

export interface Option {
  value: string;
  label: string;
}

interface FilterProps {
  label: string;
  options: readonly Option[];
  values: readonly string[] | undefined;
  onChange(values: string[] | undefined): void;
}

/** A condition with several values, as a chip. */
export function Filter({ label, options, values = [], onChange }: FilterProps) {
  const shown = options.filter(({ value }) => values.includes(value)).map((option) => option.label);
  const toggle = (value: string) => {
    const next = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
    onChange(next.length > 0 ? next : undefined);
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={values.length > 0 ? "chip chip-set" : "chip"}>
        {label}
        {values.length > 0 && (
          <strong>{shown.length > 0 && shown.length <= 2 ? shown.join(", ") : values.length}</strong>
        )}
        <ChevronDown size={13} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu menu-scroll" align="start" sideOffset={5}>
          {options.map(({ value, label: text }) => (
            <DropdownMenu.CheckboxItem
              key={value}
              className="menu-item"
              checked={values.includes(value)}
              onCheckedChange={() => toggle(value)}
              onSelect={(event) => event.preventDefault()}
            >
              {text}
              <DropdownMenu.ItemIndicator className="menu-check">
                <Check size={14} />
              </DropdownMenu.ItemIndicator>
            </DropdownMenu.CheckboxItem>
          ))}
          {options.length === 0 && <p className="menu-label">Nothing to choose from</p>}
          {values.length > 0 && (
            <>
              <DropdownMenu.Separator className="menu-line" />
              <DropdownMenu.Item className="menu-item" onSelect={() => onChange(undefined)}>
                Clear
              </DropdownMenu.Item>
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** A condition with a text, as a chip. Enter applies it. */
export function TextFilter({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange(value: string | undefined): void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null)
    return value ? (
      <span className="chip chip-set">
        {label} <strong>{value}</strong>
        <button
          type="button"
          className="icon-button chip-clear"
          aria-label={`Remove ${label}`}
          onClick={() => onChange(undefined)}
        >
          <X size={12} />
        </button>
      </span>
    ) : (
      <button type="button" className="chip" onClick={() => setDraft("")}>
        {label}
      </button>
    );
  return (
    <input
      className="input chip-input"
      aria-label={label}
      placeholder={label}
      // biome-ignore lint/a11y/noAutofocus: it appears where the person has just pressed.
      autoFocus
      value={draft}
      onChange={({ target }) => setDraft(target.value)}
      onBlur={() => setDraft(null)}
      onKeyDown={({ key }) => {
        if (key === "Enter") onChange(draft.trim() || undefined);
        if (key === "Enter" || key === "Escape") setDraft(null);
      }}
    />
  );
}

export function FilterBar({ children, total }: { children: ReactNode; total?: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a search element has no wider support yet.
    <div className="filters" role="search">
      {children}
      {total != null && <span className="filters-total">{total}</span>}
    </div>
  );
}
