import { accessSync, constants, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toJsonText } from '../../../common/domain/json-text.js';

export const serverConfigName = 'server_config.json';

type Environment = Readonly<Record<string, string | undefined>>;

/** The entry that MCP clients such as Claude Desktop start the project's server with, as indented JSON. */
export function serverConfigText(project: string, folder: string, env: Environment): string {
  const entry = { command: executable(env), args: ['serve', '--transport', 'stdio'], cwd: folder };
  return toJsonText({ mcpServers: { [project]: entry } }, 2);
}

export async function writeServerConfig(folder: string, text: string): Promise<void> {
  await writeFile(join(folder, serverConfigName), `${text}\n`);
}

/** Where Claude Desktop keeps its configuration on this platform. */
export function claudeDesktopPath(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return '~/Library/Application Support/Claude/claude_desktop_config.json';
  if (platform === 'win32') return '%APPDATA%\\Claude\\claude_desktop_config.json';
  return '~/.config/Claude/claude_desktop_config.json';
}

/** `mxcp` where the shell finds it, else the absolute path of this installation's command. */
function executable(env: Environment): string {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const names = process.platform === 'win32' ? ['mxcp.cmd', 'mxcp.exe'] : ['mxcp'];
  const isOnPath = folders.some((folder) => names.some((name) => isExecutable(join(folder, name))));
  return isOnPath ? 'mxcp' : fileURLToPath(new URL('../../../../bin/mxcp.js', import.meta.url));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // absent or not ours to run: the next folder may have it
    return false;
  }
}
