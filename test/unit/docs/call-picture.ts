import { readFileSync } from 'node:fs';
import { cellsOf, sectionsOf } from './markdown.js';

const page = readFileSync('docs/architecture.md', 'utf8');

function sectionText(title: string): string {
  return sectionsOf(page).find((section) => section.title === title)?.text ?? '';
}

const picture = sectionText('The picture');

/** Classes of the picture; `Client` and `Endpoint` are none. */
export const participants: readonly string[] = [...picture.matchAll(/^ +participant (\w+)/gm)].map(
  ([, name = '']) => name,
);

/** What the picture's classes say to each other, from the top to the bottom. */
export const messages: readonly string[] = [...picture.matchAll(/^ +(\w+->>\w+: \w+)$/gm)]
  .map(([, message = '']) => message)
  .filter((message) => !message.startsWith('Client'));

/** Steps of every way, by the way's first words. */
export const ways: ReadonlyMap<string, readonly string[]> = new Map(
  sectionText('Other ways')
    .split('\n')
    .map(cellsOf)
    .filter(([, steps = '']) => steps.includes('`'))
    .map(([way = '', steps = '']) => [way, [...steps.matchAll(/`([^`]+)`/g)].map(([, step = '']) => step)]),
);

/** Every class and method that the picture names, as `Class.method`. */
export const picturedMethods: readonly string[] = messages.map((message) =>
  message.replace(/^.*->>/, '').replace(': ', '.'),
);

export const wayMethods: readonly string[] = [...ways.values()].flat();
