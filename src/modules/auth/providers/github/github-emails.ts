import { isJsonArray, isJsonObject, type JsonValue } from '../../../../common/domain/json.js';
import { parseJsonText } from '../../../../common/domain/json-text.js';
import { succeeded } from '../provider-answers.js';
import type { ProviderHttp } from '../../provider-http.js';

/**
 * The verified e-mail address of a user who shows none in public, the primary one if it is verified. Null when
 * there is none, or when GitHub does not tell: the sign-in goes on without.
 */
export async function verifiedGitHubEmail(
  apiUrl: string,
  accessToken: string,
  http: ProviderHttp,
): Promise<string | null> {
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'mxcp-server',
  };
  try {
    const answer = await http.send(`${apiUrl}/user/emails`, { headers });
    return succeeded(answer) ? pick(parseJsonText(answer.text)) : null;
  } catch {
    return null;
  }
}

function pick(listed: JsonValue): string | null {
  const verified = (isJsonArray(listed) ? listed : [])
    .filter(isJsonObject)
    .filter((entry) => entry['verified'] === true);
  const email = (verified.find((entry) => entry['primary'] === true) ?? verified[0])?.['email'];
  return typeof email === 'string' && email !== '' ? email : null;
}
