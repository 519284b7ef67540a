import { describe, expect, it } from 'vitest';
import { messageTexts, type MessageText } from '../../../scripts/message-texts.ts';

/** Texts that scripts and people know word for word from the Python server. */
const kept: readonly string[] = [
  'Failed to create RuntimeEnvironment:',
  'Failed to create RuntimeEnvironment: {message}',
  'Cannot create a MXCP repository inside another one\nThe other one is {outer}: choose a folder outside it.',
  'Cannot create a MXCP repository in a directory with an existing {database} file',
  'In-memory databases (:memory:) are not supported. Please use a file-based database.',
  'Service is reloading and too many requests are waiting. Please retry in a few seconds.',
  'Service is reloading and taking longer than expected. Please retry in a few seconds.',
];

interface Rule {
  /** Why it is one. */
  readonly name: string;
  readonly applies: (message: MessageText) => boolean;
  readonly isBroken: (text: string) => boolean;
}

const isOf = (...uses: readonly string[]) => {
  return ({ use }: MessageText): boolean => uses.some((word) => use.split(' ', 1)[0] === word);
};
/** Whole messages of this server; prompts fail in Jinja2's words, conditions in those of CEL. */
const isWhole = ({ file, use }: MessageText): boolean =>
  isOf('error', 'log', 'problem', 'warning')({ file, use, text: '' }) &&
  !/^src\/modules\/(?:execution\/prompt|policy)\//.test(file);
const isAny = (): boolean => true;

/** One sentence follows another. */
const severalSentences = /(?:[^.]\.|^\{\}) \p{Lu}/u;
/** A list, a command or a URL at the end, that a period would spoil. */
const endsWithCode = /(?:: [^.]*|\S+:\/\/\S+|\})$/;

const rules: readonly Rule[] = [
  {
    // "Python worker" is a documented part of the product
    name: 'names no internals, which nobody outside knows',
    applies: isAny,
    isBroken: (text) =>
      /\b(?:threads?|lanes?|piscina|zod|nest|fastify|RuntimeEnvironment)\b/i.test(text) ||
      /\bWorker\b|\b(?:[A-Z][a-z]+){2,}(?:Error|Executor|Link|Loader|Pool|Store)\b/.test(text),
  },
  {
    name: 'has one word for one thing: project, sign-in, token store, cannot',
    applies: isAny,
    isBroken: (text) => /\b(?:repository|log-?ins?|file of sessions|can not)\b/i.test(text),
  },
  {
    name: 'asks for nothing; what to do is said plainly',
    applies: isAny,
    isBroken: (text) => /\bplease\b/i.test(text),
  },
  {
    name: 'has no stray blanks',
    applies: isWhole,
    isBroken: (text) => text !== text.trim() || text.includes('  '),
  },
  {
    name: 'begins with a capital, or with the name of a setting, where it stands alone',
    applies: isOf('log', 'problem', 'warning'),
    isBroken: (text) => !/^(?:\p{Lu}|['{]|(?=\S*[._])[a-z_.{}]+ )/u.test(text),
  },
  {
    name: 'ends with a period only after several sentences',
    applies: isWhole,
    isBroken: (text) =>
      severalSentences.test(text) ? !/\.$/.test(text) && !endsWithCode.test(text) : /[^}]\.$/.test(text),
  },
  {
    name: 'is a whole sentence where it is help',
    applies: ({ use, text }) => use === 'help' && /^[A-Z][a-z]/.test(text),
    isBroken: (text) => !/[.\]]$/.test(text),
  },
];

const messages = messageTexts('.').map(({ text, ...rest }) => ({
  ...rest,
  text: text.replaceAll(/\{[^}]*\}/g, '{}'),
}));
const isKept = ({ text }: MessageText): boolean =>
  kept.some((known) => known.replaceAll(/\{[^}]*\}/g, '{}') === text.trim());
const own = messages.filter((message) => !isKept(message) && message.file.startsWith('src/'));

describe('a message', () => {
  it.each(rules)('$name', ({ applies, isBroken }) => {
    const judged = own.filter(applies);

    expect(judged.length).toBeGreaterThan(10);
    expect(judged.filter(({ text }) => isBroken(text))).toEqual([]);
  });

  it('is kept for the sake of scripts only while it is there', () => {
    const texts = new Set(messages.map(({ text }) => text.trim()));

    expect(kept.filter((known) => !texts.has(known.replaceAll(/\{[^}]*\}/g, '{}')))).toEqual([]);
  });
});
