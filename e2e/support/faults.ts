import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { callTool, type Answer } from './rpc.ts';
import { startServer, type RunningServer } from './server.ts';

export interface FaultProject {
  readonly folder: string;
  readonly server: RunningServer;
  /** Records in the audit log of a tool. */
  recorded(tool: string): readonly { readonly status: string }[];
  remove(): Promise<void>;
}

/** A served project of these files below a site file with audit. */
export async function faultProject(
  site: string,
  files: Readonly<Record<string, string>>,
): Promise<FaultProject> {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-faults-'));
  const all = {
    ...files,
    'mxcp-site.yml': `mxcp: 1\nproject: faults\nprofile: default\nprofiles: {default: {audit: {enabled: true}}}\n${site}`,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const server = await startServer(folder);
  return {
    folder,
    server,
    recorded: (tool) =>
      readdirSync(join(folder, 'audit'))
        .filter((name) => name.endsWith('.jsonl'))
        .flatMap((name) =>
          readFileSync(join(folder, 'audit', name), 'utf8')
            .trim()
            .split('\n'),
        )
        .map((line) => JSON.parse(line) as { operation_name: string; status: string })
        .filter((record) => record.operation_name === tool),
    remove: async () => {
      await server.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Definition of a tool in a language. */
export function codeTool(name: string, language: string, file: string, more = ''): string {
  return `mxcp: 1\ntool:\n  name: ${name}\n  language: ${language}\n${more}  source: {file: ../${file}}\n`;
}

/** What a call says to its caller; a failure begins with `!`. */
export function said({ body }: Answer): string {
  const result = body.result as { isError?: boolean; content?: readonly { text?: string }[] } | undefined;
  const text = result?.content?.[0]?.text ?? body.error?.message ?? '';
  return result?.isError === false ? text : `! ${text}`;
}

/** Calls a tool so often, twenty at a time; the number of calls that failed. */
export async function callOften(url: string, tool: string, times: number): Promise<number> {
  let left = times;
  let failed = 0;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if (said(await callTool(url, tool, {})).startsWith('!')) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: 20 }, caller));
  return failed;
}

/** Megabytes of memory that a process has. */
export function residentMb(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** Also those that have ended and that nobody has reaped. */
export function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** True while a process of this number lives and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
