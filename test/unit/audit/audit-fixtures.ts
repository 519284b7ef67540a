import type { AuditConfig } from '../../../src/common/domain/app-config.js';
import type { AuditRecord } from '../../../src/common/domain/audit-record.js';
import type { Parameter, TypeNode } from '../../../src/common/domain/type-node.js';

const auditConfig: AuditConfig = {
  enabled: true,
  path: '/audit/logs-dev.jsonl',
  maxFileSize: 52_428_800,
  redactKeys: ['password', 'passwd', 'secret', 'token', 'api_key', 'apikey', 'authorization', 'private_key'],
  outputCapture: 'summary',
  maxValueBytes: 65_536,
  captureNetwork: true,
  fsync: 'batch',
  onFailure: 'block',
  queueLimit: 10_000,
  compatAliases: true,
};

export function anAuditConfig(changes: Partial<AuditConfig> = {}): AuditConfig {
  return { ...auditConfig, ...changes };
}

/** The sample record of audit.md §2.4. */
export function aRecord(changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    schema_name: 'mxcp.endpoints',
    schema_version: 2,
    record_id: '5f0c6a52-7d6e-4a43-9d1f-2b7f0f1f7a10',
    timestamp: '2026-03-02T09:15:04.812345Z',
    operation_type: 'tool',
    operation_name: 'refund_order',
    operation_status: 'error',
    duration_ms: 7,
    caller_type: 'http',
    user_id: 'u-1042',
    session_id: 'b6c9d0de31',
    trace_id: '9c1d0a4be2f7460f8a53c0f2d1e4b7a6',
    input_data: { order_id: 8812, card_token: '[REDACTED]' },
    output_data: null,
    error: 'Policy enforcement failed: refunds need the cashier role',
    policies_evaluated: ["input[0]: user.role != 'cashier'"],
    policy_decision: 'deny',
    policy_reason: 'refunds need the cashier role',
    business_context: { operation_type: 'tool' },
    execution_events: [],
    prev_hash: null,
    record_hash: null,
    signature: null,
    event_type: 'endpoint.execute',
    action: 'execute',
    resource: 'refund_order',
    correlation_id: '0198f1c2',
    ip_address: '10.4.0.9',
    user_agent: 'agent/3.1',
    instance_id: 'web-1:4127',
    profile: 'prod',
    ...changes,
  };
}

export function aNode(node: Partial<TypeNode> & Pick<TypeNode, 'type'>): TypeNode {
  return { sensitive: false, additionalProperties: true, ...node };
}

export function aParameter(name: string, node: Partial<TypeNode> & Pick<TypeNode, 'type'>): Parameter {
  return { ...aNode(node), name };
}
