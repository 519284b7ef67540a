import { claudeDesktopPath } from './server-config.js';
import { siteFileName } from '../project-root.js';

/** What a finished `init` has to say about the next minutes. */
export interface NextSteps {
  readonly folder: string;
  /** From the working directory; null when the project is there. */
  readonly cdTo: string | null;
  readonly hasExample: boolean;
  readonly hasServerConfig: boolean;
  readonly platform: NodeJS.Platform;
}

const explained: readonly (readonly [name: string, purpose: string])[] = [
  ['tools/', 'tool definitions'],
  ['resources/', 'resource definitions'],
  ['prompts/', 'prompt definitions'],
  ['evals/', 'evaluations with a language model'],
  ['python/', 'Python code of endpoints'],
  ['plugins/', 'DuckDB plugins'],
  ['sql/', 'SQL of endpoints'],
  ['drift/', 'drift snapshots'],
  ['audit/', 'audit logs'],
  ['data/', 'the database'],
];

/** The end of `mxcp init` (cli.md §4.1, step 8). */
export function nextStepLines(steps: NextSteps): readonly string[] {
  const config = claudeDesktopPath(steps.platform);
  return [
    '',
    '✨ MXCP project initialized successfully!',
    '',
    '📁 Project Structure:',
    `   ${steps.folder}`,
    `   ├── ${siteFileName.padEnd(16)} the project's settings`,
    ...explained.map(([name, purpose], index) => {
      const branch = index === explained.length - 1 ? '└──' : '├──';
      return `   ${branch} ${name.padEnd(16)} ${purpose}`;
    }),
    '',
    '🚀 Next Steps:',
    ...(steps.cdTo === null ? [] : [`   cd ${steps.cdTo}`]),
    ...(steps.hasExample
      ? ['   mxcp run tool hello_world --param name=World']
      : ['   Add a definition file to tools/, then: mxcp validate']),
    '   mxcp serve',
    '',
    steps.hasServerConfig
      ? `   To use it in Claude Desktop, merge server_config.json into ${config}`
      : `   To use it in Claude Desktop (${config}):\n   Run 'mxcp init .' again to generate server_config.json`,
  ];
}
