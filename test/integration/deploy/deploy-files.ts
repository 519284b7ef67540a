import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** A text file as lines that say where they stand: `server > location / > proxy_buffering off`. */
export function linesOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  if (basename(file).startsWith('Dockerfile')) return dockerfileLines(text);
  if (file.endsWith('.conf')) return nginxLines(text);
  if (file.endsWith('.cfg')) return haproxyLines(text);
  return plainLines(text);
}

/** One document of a YAML file: the only one, or that of a kind and a name, as in `Service/mxcp`. */
export function documentOf(file: string, object?: string): unknown {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'));
  const found = [...documents].find(
    (document) =>
      object === undefined ||
      object === `${String(document.get('kind'))}/${String(document.getIn(['metadata', 'name']))}`,
  );
  return found?.toJS();
}

const spaced = (text: string): string => text.trim().replace(/\s+/g, ' ');

/** Lines that say something, without their comments. */
function plainLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, ''))
    .filter((line) => line.trim() !== '')
    .map(spaced);
}

/** Instructions, each below the name of its stage; the one without a name is `final`. */
function dockerfileLines(text: string): readonly string[] {
  const whole = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  let stage = 'before';
  return plainLines(whole).map((line) => {
    if (line.startsWith('FROM ')) stage = / AS (\S+)$/i.exec(line)?.[1] ?? 'final';
    return `${stage} > ${line}`;
  });
}

/** Up to its end, which no quoted text can be. */
const statement = /((?:"[^"]*"|[^;{}"])*)([;{}])/g;

function nginxLines(text: string): readonly string[] {
  const blocks: string[] = [];
  return [...plainLines(text).join(' ').matchAll(statement)].flatMap(([, part = '', end]) => {
    if (end === '}') blocks.pop();
    else if (end === '{') blocks.push(spaced(part));
    else return [[...blocks, spaced(part)].join(' > ')];
    return [];
  });
}

/** Keywords that begin in the first column open a section. */
function haproxyLines(text: string): readonly string[] {
  let section = '';
  return text.split('\n').flatMap((line) => {
    const [said = ''] = plainLines(line);
    if (said === '') return [];
    if (!/^\s/.test(line)) section = said;
    return /^\s/.test(line) ? [`${section} > ${said}`] : [said];
  });
}
