/** Names of a result's columns as rows carry them: a repeated one becomes `a_1`, `a_2` (endpoints.md §3.3). */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const key = name.toLowerCase();
    const repeats = seen.get(key);
    if (repeats === undefined) {
      seen.set(key, 1);
      return name;
    }
    let repeat = repeats;
    while (seen.has(`${key}_${repeat}`)) repeat += 1;
    seen.set(key, repeat);
    seen.set(`${key}_${repeat}`, 1);
    return `${name}_${repeat}`;
  });
}
