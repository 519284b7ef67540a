/** The parameters before a call; nothing when there are none. */
export function parameterLines(
  shown: readonly (readonly [name: string, text: string])[],
  prefix: string,
): readonly string[] {
  if (shown.length === 0) return [];
  return ['📋 Parameters:', ...shown.map(([name, text]) => `   • ${prefix}${name} = ${text}`)];
}

export function modeLines(isReadonly: boolean): readonly string[] {
  return isReadonly ? ['🔒 Mode: Read-only'] : [];
}
