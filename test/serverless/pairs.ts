/**
 * Rows of answers in which every two answers to two different choices meet at least once: a fault in how two fragments
 * fit together shows in one of them, and they are twenty instead of 1,440. The same rows every time.
 */
export function pairwise(choices: Record<string, string[]>): Record<string, string>[] {
  const names = Object.keys(choices);
  const missing = new Set<string>();
  const pair = (a: string, b: string, row: Record<string, string>) => `${a}=${row[a]} ${b}=${row[b]}`;
  const pairsOf = (row: Record<string, string>) => names.flatMap((a, i) => names.slice(i + 1).filter((b) => a in row && b in row).map((b) => pair(a, b, row)));
  for (const [i, a] of names.entries()) for (const b of names.slice(i + 1)) for (const x of choices[a]!) for (const y of choices[b]!) missing.add(pair(a, b, { [a]: x, [b]: y }));

  const rows: Record<string, string>[] = [];
  while (missing.size > 0) {
    // Start from a pair that is missing, then give every other choice the answer that covers most.
    const row = Object.fromEntries([...missing][0]!.split(' ').map((each) => each.split('='))) as Record<string, string>;
    for (const name of names.filter((each) => !(each in row))) {
      const covers = (answer: string) => pairsOf({ ...row, [name]: answer }).filter((each) => missing.has(each)).length;
      row[name] = choices[name]!.reduce((best, answer) => (covers(answer) > covers(best) ? answer : best));
    }
    for (const each of pairsOf(row)) missing.delete(each);
    rows.push(row);
  }
  return rows;
}
