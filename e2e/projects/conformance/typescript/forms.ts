import { elicit } from 'mxcp-server/runtime';

export async function test_elicitation_sep1034_defaults(): Promise<string> {
  const { action, content } = await elicit('Please review your details', {
    type: 'object',
    properties: {
      name: { type: 'string', default: 'John Doe' },
      age: { type: 'integer', default: 30 },
      score: { type: 'number', default: 95.5 },
      status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
      verified: { type: 'boolean', default: true },
    },
  });
  return `Elicitation completed: action=${action}, content=${JSON.stringify(content)}`;
}
