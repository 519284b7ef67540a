import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What Grafana reads of a dashboard, as far as ours use it; what it would overlook is refused. */
const dashboard = z.strictObject({
  uid: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  timezone: z.literal('browser'),
  schemaVersion: z.int(),
  version: z.int(),
  editable: z.literal(false),
  refresh: z.string(),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  panels: z.array(
    z.strictObject({
      id: z.int(),
      type: z.enum(['timeseries', 'stat']),
      title: z.string().min(1),
      description: z.string(),
      datasource: z.strictObject({ type: z.literal('prometheus'), uid: z.string() }),
      gridPos: z.strictObject({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      fieldConfig: z.strictObject({
        defaults: z.strictObject({ unit: z.string(), min: z.number() }),
        overrides: z.tuple([]),
      }),
      options: z.strictObject({ reduceOptions: z.strictObject({ calcs: z.array(z.string()) }) }).optional(),
      targets: z
        .array(z.strictObject({ refId: z.string(), expr: z.string(), legendFormat: z.string() }))
        .min(1),
    }),
  ),
});

export type Dashboard = z.infer<typeof dashboard>;

/** A dashboard file. */
export function readDashboard(file: string): Dashboard {
  return dashboard.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The PromQL of its panels, with Grafana's variables replaced by a value of theirs. */
export function expressionsOf({ panels }: Dashboard): readonly string[] {
  return panels.flatMap(({ targets }) =>
    targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m')),
  );
}
