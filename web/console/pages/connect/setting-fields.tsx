import { Field } from "../../shared/field.tsx";

export interface Setting {
  name: string;
  label: string;
  help: string | null;
  example: string | null;
  default: string | null;
  options: string[] | null;
  required: boolean;
  secret: boolean;
  multiline: boolean;
}

interface SettingFieldsProps {
  settings: readonly Setting[];
  values: Readonly<Record<string, string>>;
  errors(name: string): string[];
  onChange(name: string, value: string): void;
  /** A value that is stored and not shown; left empty, it stays. */
  keepsSecrets?: boolean;
}

/** A form made from what the connector asks for. */
export function SettingFields({ settings, values, errors, onChange, keepsSecrets = false }: SettingFieldsProps) {
  return settings.map((setting) => {
    const { name, label, help, example, options, secret, multiline } = setting;
    const isRequired = setting.required && !(secret && keepsSecrets);
    const value = values[name] ?? setting.default ?? "";
    return (
      <Field
        key={name}
        label={label}
        help={help}
        isRequired={isRequired || setting.default !== null}
        errors={errors(name)}
      >
        {(control) => {
          const shared = {
            ...control,
            name,
            value,
            className: "input",
            required: isRequired,
            onChange: ({ target }: { target: { value: string } }) => onChange(name, target.value),
          };
          if (options)
            return (
              <select {...shared}>
                {!isRequired && setting.default === null && <option value="">–</option>}
                {options.map((option) => (
                  <option key={option}>{option}</option>
                ))}
              </select>
            );
          const placeholder = secret && keepsSecrets ? "unchanged" : (example ?? "");
          if (multiline) return <textarea {...shared} placeholder={placeholder} spellCheck={false} rows={4} />;
          return (
            <input
              {...shared}
              type={secret ? "password" : "text"}
              placeholder={placeholder}
              spellCheck={false}
              autoComplete={secret ? "new-password" : "off"}
            />
          );
        }}
      </Field>
    );
  });
}
