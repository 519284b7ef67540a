import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { textOfFile } from '../../../e2e/support/compose-files.ts';

const { version } = z.object({ version: z.string() }).parse(JSON.parse(textOfFile('package.json')));

// those of seeds 000 and 001, 003, 004; what must be in them is in seed-rows.yml
const files = ['mxcp.yml', 'k8s-mcpo-deployment.yml', 'mcp-observability.yml'];

describe('deploy/k8s', () => {
  it('has the files of the seeds and no others', () => {
    expect(readdirSync('deploy/k8s').sort()).toEqual(files.toSorted());
  });

  it.each(files)('%s names the image of this version, and nothing that only Helm reads', (file) => {
    const text = textOfFile(`deploy/k8s/${file}`);

    const images = [...text.matchAll(/^ +image: '?([^'\s]+)'?$/gm)].map(([, image]) => image);
    expect(images).toEqual([`mxcp-server:${version}`]);
    expect(text).not.toMatch(/helm\.sh|managed-by|checksum\//);
  });
});
