export declare function startHints(
  example: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string;
