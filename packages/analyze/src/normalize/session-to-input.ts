import type {
  CommandInput,
  DownloadInput,
  LoginInput,
  Observation,
  RequestInput,
  Session,
  SessionInput,
} from '@aegis/model';

/** Observations in the interchange form, by kind, in the order given. Lists that would be empty are left out. */
export function observationsToInput(
  observations: readonly Observation[],
): Pick<SessionInput, 'requests' | 'logins' | 'commands' | 'downloads'> {
  const requests: RequestInput[] = [];
  const logins: LoginInput[] = [];
  const commands: CommandInput[] = [];
  const downloads: DownloadInput[] = [];
  for (const observation of observations) {
    const { at } = observation;
    switch (observation.kind) {
      case 'http': {
        const { method, target, headers, cookies, body, status, label } = observation;
        requests.push({
          method,
          path: target,
          headers,
          cookies,
          ...(body !== undefined && { body }),
          timestamp: at,
          ...(status !== undefined && { response_status: status }),
          ...(label !== undefined && { attack_type: label }),
        });
        break;
      }
      case 'login': {
        const { username, password, success } = observation;
        logins.push({ time: at, username, ...(password !== undefined && { password }), success });
        break;
      }
      case 'command':
        commands.push({ time: at, input: observation.input });
        break;
      case 'download': {
        const { url, sha256 } = observation;
        downloads.push({ time: at, url, ...(sha256 !== undefined && { sha256 }) });
      }
    }
  }
  return {
    ...(requests.length > 0 && { requests }),
    ...(logins.length > 0 && { logins }),
    ...(commands.length > 0 && { commands }),
    ...(downloads.length > 0 && { downloads }),
  };
}

/** The interchange form of a normalized session; normalizing it gives the same session again. */
export function sessionToInput(session: Session): SessionInput {
  const { clientPort, sensorId, possibleOwners, country, hiddenLinks } = session;
  return {
    sess_uuid: session.id,
    peer_ip: session.client,
    ...(clientPort !== undefined && { peer_port: clientPort }),
    user_agent: session.userAgent,
    sensor: session.sensor,
    protocol: session.protocol,
    ...(sensorId !== undefined && { snare_uuid: sensorId }),
    start_time: session.startedAt,
    end_time: session.endedAt,
    attack_types: session.labels,
    ...observationsToInput(session.observations),
    request_count: session.observationCount,
    ...(possibleOwners !== undefined && { possible_owners: possibleOwners }),
    ...(country !== undefined && { location: { country_code: country } }),
    ...(hiddenLinks !== undefined && { hidden_links: hiddenLinks }),
  };
}
