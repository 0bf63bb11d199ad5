import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";

interface DialogProps {
  title: string;
  description?: ReactNode;
  onClose(): void;
  children: ReactNode;
  footer?: ReactNode;
  size?: "small" | "medium" | "large";
}

/** A modal dialog that is open as long as it is rendered. */
export function Dialog({ title, description, onClose, children, footer, size = "medium" }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-overlay" />
        <Radix.Content className={`dialog dialog-${size}`} {...(description ? {} : { "aria-describedby": undefined })}>
          <header className="dialog-head">
            <Radix.Title className="dialog-title">{title}</Radix.Title>
            <Radix.Close className="icon-button" aria-label="Close">
              <X size={16} />
            </Radix.Close>
          </header>
          {description && (
            <Radix.Description asChild>
              <div className="dialog-description">{description}</div>
            </Radix.Description>
          )}
          <div className="dialog-body">{children}</div>
          {footer && <footer className="dialog-foot">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Details beside a list, which stays usable: the next row can be opened without closing this one. */
export function Drawer({
  title,
  onClose,
  children,
  head,
}: {
  title: string;
  onClose(): void;
  children: ReactNode;
  head?: ReactNode;
}) {
  return (
    <Radix.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Content
          className="drawer"
          aria-describedby={undefined}
          onInteractOutside={(event) => event.preventDefault()}
          onOpenAutoFocus={(event) => event.preventDefault()}
        >
          <header className="drawer-head">
            <div className="drawer-heading">
              <Radix.Title className="drawer-title">{title}</Radix.Title>
              {head}
            </div>
            <Radix.Close className="icon-button" aria-label="Close">
              <X size={16} />
            </Radix.Close>
          </header>
          <div className="drawer-body">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
