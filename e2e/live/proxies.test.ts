import { describeProxy } from '../support/proxy-walk.ts';
import { haproxyCfg, mcpoConf, mxcpConf, trustCertificate } from '../support/proxies.ts';

trustCertificate();

for (const file of [mxcpConf, mcpoConf, haproxyCfg]) describeProxy(file);
