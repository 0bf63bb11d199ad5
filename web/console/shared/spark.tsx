interface SparkProps {
  values: readonly number[];
  label: string;
  height?: number;
}

/** Bars without axes: the shape of a day at a glance. */
export function Bars({ values, label, height = 44 }: SparkProps) {
  const top = Math.max(1, ...values);
  const step = 100 / Math.max(1, values.length);
  return (
    <svg
      className="spark"
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      height={height}
    >
      {values.map((value, index) => {
        const size = value === 0 ? 0 : Math.max(1.5, (value / top) * height);
        // biome-ignore lint/suspicious/noArrayIndexKey: a place on the axis.
        return <rect key={index} x={index * step + step * 0.12} width={step * 0.76} y={height - size} height={size} />;
      })}
    </svg>
  );
}

/** A line from 0 to 100. */
export function Line({ values, label, height = 44 }: SparkProps) {
  if (values.length < 2) return null;
  const low = Math.min(...values) - 2;
  const high = Math.max(...values) + 2;
  const points = values.map(
    (value, index) => `${(index / (values.length - 1)) * 100},${height - ((value - low) / (high - low)) * height}`,
  );
  return (
    <svg
      className="spark spark-line"
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      height={height}
    >
      <polyline points={points.join(" ")} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
