import type { ComponentProps } from "react";

interface ButtonProps extends ComponentProps<"button"> {
  look?: "plain" | "primary" | "danger" | "bare";
  isBusy?: boolean;
}

export function Button({ look = "plain", isBusy = false, className = "", children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={`button button-${look} ${className}`}
    >
      {children}
    </button>
  );
}
