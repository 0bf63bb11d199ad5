import { type ReactNode, useId } from "react";

interface FieldProps {
  label: string;
  help?: ReactNode;
  errors?: readonly string[];
  isRequired?: boolean;
  /** Receives what ties the control to its label, help and errors. */
  children(control: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": true | undefined;
  }): ReactNode;
}

/** One control of a form with its label, help and errors. */
export function Field({ label, help, errors = [], isRequired = false, children }: FieldProps) {
  const id = useId();
  const described = [help ? `${id}-help` : "", errors.length > 0 ? `${id}-errors` : ""].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
        {!isRequired && <span className="field-optional">optional</span>}
      </label>
      {children({
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": errors.length > 0 ? true : undefined,
      })}
      {help && (
        <p className="field-help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {errors.length > 0 && (
        <p className="field-errors" id={`${id}-errors`} role="alert">
          {errors.join(" ")}
        </p>
      )}
    </div>
  );
}
