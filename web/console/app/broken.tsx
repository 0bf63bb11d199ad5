import { Button } from "../shared/button.tsx";

/** In place of a page whose code failed, or whose files a new version has replaced. */
export function Broken({ error }: { error: unknown }) {
  const message = error instanceof Error ? error.message : String(error);
  const isOldVersion = /dynamically imported module|Importing a module/.test(message);
  return (
    <div className="problem" role="alert">
      <p>{isOldVersion ? "Gatehouse was updated. Load the page again to go on." : `This page failed: ${message}`}</p>
      <Button onClick={() => location.reload()}>Load again</Button>
    </div>
  );
}
