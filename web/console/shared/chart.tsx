import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import UPlot from "uplot";

const hours = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

/** How the axis names an instant: by its hour within two days, by its day over longer periods. */
function labelsOver(times: readonly number[]): (seconds: number) => string {
  const format = (times.at(-1) ?? 0) - (times[0] ?? 0) > 2 * 86_400 ? days : hours;
  return (seconds) => format.format(seconds * 1000);
}

interface ChartProps {
  /** Seconds since 1970, ascending. */
  times: readonly number[];
  values: readonly number[];
  label: string;
  kind?: "bars" | "line";
  height?: number;
  /** A period was selected by dragging, in seconds since 1970. */
  onSelect?(from: number, to: number): void;
}

/** Values over time. What it shows is also in `label`, for those who do not see it. */
export function Chart({ times, values, label, kind = "bars", height = 90, onSelect }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const select = useRef(onSelect);
  select.current = onSelect;
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const style = getComputedStyle(element);
    const ink = style.getPropertyValue("color");
    const line = style.getPropertyValue("border-top-color");
    const accent = style.getPropertyValue("outline-color");
    const axis = {
      stroke: ink,
      font: `11px ${style.fontFamily}`,
      grid: { stroke: line, width: 1 },
      ticks: { show: false },
    };
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { y: false, drag: { x: select.current !== undefined, y: false, setScale: false } },
        scales: { y: kind === "line" ? { range: [0, 100] } : { range: (_, __, max) => [0, Math.max(1, max)] } },
        axes: [
          { ...axis, size: 24, space: 70, grid: { show: false }, values: (_, at) => at.map(labelsOver(times)) },
          { ...axis, size: 46, space: 24 },
        ],
        series: [
          {},
          kind === "bars"
            ? {
                fill: accent,
                stroke: accent,
                width: 0,
                paths: UPlot.paths.bars!({ size: [0.86, 40] }),
                points: { show: false },
              }
            : { stroke: accent, width: 2, points: { show: false } },
        ],
        hooks: {
          setSelect: [
            (made) => {
              if (made.select.width < 3) return;
              const from = made.posToVal(made.select.left, "x");
              const to = made.posToVal(made.select.left + made.select.width, "x");
              made.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
              select.current?.(from, to);
            },
          ],
        },
      },
      [[...times], [...values]],
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [times, values, kind, height]);
  return <div ref={host} className="chart" role="img" aria-label={label} style={{ height }} />;
}
