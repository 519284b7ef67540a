import { elicit, roots, sample } from 'mxcp-server/runtime';

function form(title: string, properties: Record<string, unknown>) {
  return { type: 'object', title, properties, required: Object.keys(properties) };
}

function question(text: string, maxTokens: number) {
  return { messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens };
}

export async function test_elicitation({ message }: { message: string }): Promise<string> {
  const answer = await elicit(
    message,
    form('user', {
      username: { type: 'string', description: "User's response" },
      email: { type: 'string', description: "User's email address" },
    }),
  );
  return `User response: ${JSON.stringify(answer)}`;
}

export async function test_missing_capability(): Promise<string> {
  return JSON.stringify(await sample(question('Are you there?', 10)));
}

/** The title names the question: its key in `inputRequests` is `user_name`. */
const userName = form('User name', { name: { type: 'string' } });
const confirmation = form('Confirm', { ok: { type: 'boolean' } });

export async function test_input_required_result_elicitation(): Promise<string> {
  const answer = await elicit('What is your name?', userName);
  return answer.action === 'accept' ? `Hello, ${String(answer.content?.['name'])}!` : 'Hello, whoever you are!';
}

export async function test_input_required_result_request_state(): Promise<string> {
  const { action } = await elicit('Please confirm', confirmation);
  return `state-ok: ${action}`;
}

export async function test_input_required_result_tampered_state(): Promise<string> {
  const { action } = await elicit('Please confirm', confirmation);
  return `Confirmed: ${action}`;
}

export async function test_input_required_result_multiple_inputs(): Promise<string> {
  const answers = await Promise.all([
    elicit('What is your name?', userName),
    sample(question('Generate a greeting', 50)),
    roots(),
  ]);
  return JSON.stringify(answers);
}

export async function test_input_required_result_capabilities(): Promise<string> {
  try {
    return JSON.stringify(await elicit('What is your name?', userName));
  } catch {
    // this client has no user to ask, perhaps it has a model
    return JSON.stringify(await sample(question('What is a good name?', 10)));
  }
}

/** A resource that a prompt embeds: its question becomes the prompt's. */
export async function user_context(): Promise<string> {
  const answer = await elicit(
    'What context should the prompt use?',
    form('User context', { context: { type: 'string' } }),
  );
  return answer.action === 'accept' ? String(answer.content?.['context']) : 'none';
}
