import { statusIn, textIn } from '../json-fields.ts';
import { httpFinding, type Program } from '../program.ts';

/** OpenSearch Dashboards and Kibana, JSON within syslog: responses. */
export const opensearchDashboards: Program = {
  service: 'opensearch-dashboards',
  tags: ['opensearch-dashboards', 'kibana'],
  read({ json }) {
    if (json?.type !== 'response') return undefined;
    const userAgent = textIn(json, ['req.userAgent', 'req.headers.user-agent']);
    return httpFinding({
      client: textIn(json, ['req.remoteAddress']) ?? '',
      method: (textIn(json, ['method']) ?? '').toUpperCase(),
      target: textIn(json, ['req.url']) ?? '/',
      status: statusIn(json, ['statusCode', 'res.statusCode']),
      ...(userAgent !== undefined && { userAgent }),
    });
  },
};
