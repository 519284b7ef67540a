/** Cells of a Markdown table row; none for another line. */
export function cellsOf(line: string): readonly string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** A heading and all up to the next one of any rank. */
export interface Section {
  readonly title: string;
  readonly text: string;
}

export function sectionsOf(page: string): readonly Section[] {
  const [, ...parts] = `\n${page}`
    .replace(/^```[^]*?^```/gm, (block) => block.replace(/^#/gm, ' #'))
    .split(/\n#{1,6} /);
  return parts.map((part) => {
    const [title = ''] = part.split('\n', 1);
    return { title, text: part.slice(title.length) };
  });
}

/** What a link to a heading says after `#`. */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
