import { text } from 'mxcp-server/runtime';

export function card({ as }: { as: string }) {
  if (as === 'content') return text('iban secret-iban');
  return [[{ iban: 'secret-iban', bank: 'B' }], 'a note', null];
}
