import { Result } from '@aegis/model';
import { z } from 'zod';
import { IsoTime, isoTime } from '../documents/values.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';
import { writeAudit } from '../write-audit.ts';

const MachineDocument = z
  .strictObject({ id: z.string(), approved: z.boolean(), created: IsoTime })
  .meta({ id: 'CrowdsecMachine' });

const Named = z.strictObject({ id: z.string().min(1).max(128) });

export const crowdsecRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/crowdsec/machines',
    id: 'listCrowdsecMachines',
    tag: 'crowdsec',
    summary: 'CrowdSec agents that may send alerts, or ask to.',
    permission: 'keys:manage',
    answers: {
      200: { description: 'By name.', schema: z.strictObject({ machines: z.array(MachineDocument) }) },
    },
    async handler({ services: { machines } }) {
      const all = (await machines.list()).map(({ created, ...rest }) => ({
        ...rest,
        created: isoTime(created),
      }));
      return Result.ok<Reply>({ status: 200, body: { machines: all } });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/crowdsec/machines/{id}/approve',
    id: 'approveCrowdsecMachine',
    tag: 'crowdsec',
    summary: 'Lets an agent that has registered send alerts.',
    permission: 'keys:manage',
    params: Named,
    answers: { 200: { description: 'It may.', schema: MachineDocument } },
    async handler(scene, { params: { id }, actor }) {
      const machine = await scene.services.machines.approve(id);
      if (machine === undefined) return Result.err(notFound('There is no machine of this name.'));
      await writeAudit(scene, actor, { action: 'crowdsec.approve', target: id, result: 'ok', detail: {} });
      return Result.ok<Reply>({ status: 200, body: { ...machine, created: isoTime(machine.created) } });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/crowdsec/machines/{id}',
    id: 'removeCrowdsecMachine',
    tag: 'crowdsec',
    summary: 'Removes an agent: its tokens open nothing any more.',
    permission: 'keys:manage',
    params: Named,
    answers: { 200: { description: 'It is gone.', schema: z.strictObject({ removed: z.string() }) } },
    async handler(scene, { params: { id }, actor }) {
      if (!(await scene.services.machines.remove(id)))
        return Result.err(notFound('There is no machine of this name.'));
      await writeAudit(scene, actor, { action: 'crowdsec.remove', target: id, result: 'ok', detail: {} });
      return Result.ok<Reply>({ status: 200, body: { removed: id } });
    },
  }),
];
