import { it } from 'vitest';
import { aCall } from '../../builders/a-call.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { anEngine, aRule, policiesOf, aParameter } from '../../builders/policies.js';
import { valueOutput } from '../../../src/common/domain/output.js';
it('bench', () => {
  for (const condition of ["user.role == 'admin'", "amount > 100 && user.role != 'admin'", "user.username.matches('^[rs]')", "!('pay.write' in user.permissions) && false", "user.permissions.exists(p, p.startsWith('pay.'))"]) {
    const endpoint = anEndpoint({ parameters: [aParameter('amount', 'integer')], policies: policiesOf({ input: [aRule({ condition })] }) });
    const engine = anEngine([endpoint]);
    const call = aCall({principal: {...aCall().principal, userId: '1', username: 'tom', profile: {role:'clerk', permissions: ['a','b']}}});
    for (let k = 0; k < 3; k++) {
      const t = performance.now();
      for (let i = 0; i < 1e5; i++) engine.judgeInput(endpoint, call, { amount: 5 });
      console.log(condition, ((performance.now() - t) / 1e5 * 1000).toFixed(2), 'us');
    }
  }
  const rows = Array.from({ length: 10000 }, (_, i) => ({ id: i, a: 'x', b: 1.5, iban: 'CH' }));
  for (const condition of ["user.role != 'admin'", "response.exists(r, r.id == -1) || true", "response.filter(r, r.id > 1).map(r, r.id)[-1] == 9999", "response.all(a, response.all(b, a.id == a.id))", "response.all(a, response.all(b, a.id + b.id > -1)) || true"]) {
    const endpoint = anEndpoint({ policies: policiesOf({ output: [aRule({ condition, action: 'mask_fields', fields: ['iban'] })] }) });
    const engine = anEngine([endpoint]);
    for (let k = 0; k < 3; k++) {
      const t = performance.now();
      const v = engine.judgeOutput(endpoint, aCall(), {}, valueOutput(rows));
      console.log(condition, v.decision, v.decision === 'deny' ? v.detail : '', ((performance.now() - t)).toFixed(2), 'ms');
    }
  }
});
