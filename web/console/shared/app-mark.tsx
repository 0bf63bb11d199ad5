/** The tile of an app: its initials on a colour of its own. Logos are trademarks, and would be files to load. */
export function AppMark({ slug, name, size = 20 }: { slug: string; name: string; size?: number }) {
  let sum = 7;
  for (const character of slug) sum = (sum * 33 + character.charCodeAt(0)) % 65_521;
  // Steps of the golden angle: neighbours in the list differ.
  const hue = Math.round(sum * 137.508) % 360;
  const initials = name
    .split(/[\s-]+/)
    .map((word) => word[0])
    .join("")
    .slice(0, 2);
  return (
    <span
      className="app-mark"
      aria-hidden="true"
      style={{ "--hue": hue, "--size": `${size}px` } as React.CSSProperties}
    >
      {initials}
    </span>
  );
}

export function InstanceLabel({ instance }: { instance: { name: string; connector: { slug: string; name: string } } }) {
  return (
    <span className="instance-label">
      <AppMark slug={instance.connector.slug} name={instance.connector.name} size={18} />
      <span className="truncate">{instance.name}</span>
    </span>
  );
}
