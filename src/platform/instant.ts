/** `2026-11-18 07:42:19.118+00` in epoch milliseconds. PostgreSQL's own form takes Date.parse three times as long as reading it. */
export function epochOf(instant: string): number {
  const { length } = instant;
  const isUsual =
    length >= 22 &&
    length <= 26 &&
    // Date.UTC takes years before 100 for others.
    instant.charCodeAt(0) !== 48 &&
    instant.charCodeAt(10) === 32 &&
    instant.charCodeAt(length - 3) === 43 &&
    instant.charCodeAt(length - 2) === 48 &&
    instant.charCodeAt(length - 1) === 48 &&
    (length === 22 || instant.charCodeAt(19) === 46);
  if (!isUsual) return Date.parse(instant);
  const number = (from: number, to: number) => {
    let value = 0;
    for (let index = from; index < to; index++) value = value * 10 + instant.charCodeAt(index) - 48;
    return value;
  };
  const fraction = length === 22 ? 0 : number(20, length - 3) * (length === 26 ? 1 : length === 25 ? 10 : 100);
  return (
    Date.UTC(number(0, 4), number(5, 7) - 1, number(8, 10), number(11, 13), number(14, 16), number(17, 19)) + fraction
  );
}
