import test from 'ava';
import { computeSystems, processItems, properties, statsReport } from '#src/core/documents/properties.js';
import {
  closeStdinDocument,
  EMPTY_QUERY,
  enumerateQuery,
  networkDocument,
  processListQuery,
  propertyQuery,
  resizeDocument,
  signalDocument,
  statisticsQuery,
} from '#src/core/documents/requests.js';
import { utcTime } from '#src/core/documents/time.js';
import { isRuntimeError } from '#src/core/errors.js';

test('statistics become a report, whatever the case of their names', (t) => {
  const text = JSON.stringify({
    Id: 'c1',
    extra: { x: 1 },
    statistics: {
      Timestamp: '2019-03-27T08:32:23.1234567+02:00',
      containerStartTime: '2019-03-27T06:00:00Z',
      Uptime100ns: 5,
      Memory: { MemoryUsageCommitBytes: 1, MemoryUsageCommitPeakBytes: 2, MemoryUsagePrivateWorkingSetBytes: 3 },
      Processor: { TotalRuntime100ns: 4, RuntimeUser100ns: 5, RuntimeKernel100ns: 6 },
      Storage: { ReadCountNormalized: 7, ReadSizeBytes: 8, WriteCountNormalized: 9, WriteSizeBytes: 10 },
      Network: [{ EndpointId: 'e', BytesReceived: 11, PacketsSent: 12, DroppedPacketsOutgoing: 13 }],
    },
  });
  t.deepEqual(statsReport('c1', text, 'now'), {
    id: 'c1',
    readAt: '2019-03-27T06:32:23.1234567Z',
    containerStartedAt: '2019-03-27T06:00:00Z',
    uptime100ns: 5,
    memory: { commitBytes: 1, commitPeakBytes: 2, privateWorkingSetBytes: 3 },
    processor: { total100ns: 4, user100ns: 5, kernel100ns: 6 },
    storage: { readCount: 7, readBytes: 8, writeCount: 9, writeBytes: 10 },
    network: [
      {
        endpointId: 'e',
        bytesReceived: 11,
        bytesSent: 0,
        packetsReceived: 0,
        packetsSent: 12,
        droppedIncoming: 0,
        droppedOutgoing: 13,
      },
    ],
  });
});

test('absent statistics are zeros, a zero time is none', (t) => {
  const report = statsReport('c1', '{"Statistics":{"ContainerStartTime":"0001-01-01T00:00:00Z"}}', 'now');
  t.like(report, { readAt: 'now', containerStartedAt: null, uptime100ns: 0, network: [] });
  t.is(statsReport('c1', '{}', 'now').memory.commitBytes, 0);
});

test('a process list becomes items that say which process is ours', (t) => {
  const text = JSON.stringify({
    ProcessList: [
      { ProcessId: 4, ImageName: 'System', CreateTimestamp: '2019-03-27T06:00:00Z' },
      { processid: 9, ImageName: 'cmd.exe', UserTime100ns: 1, KernelTime100ns: 2, MemoryCommitBytes: 3 },
    ],
  });
  t.deepEqual(
    processItems(text, (pid) => (pid === 9 ? 'init' : null)).map((item) => [item.pid, item.processId, item.createdAt]),
    [
      [4, null, '2019-03-27T06:00:00Z'],
      [9, 'init', null],
    ],
  );
  t.deepEqual(
    processItems('{}', () => null),
    [],
  );
});

test('enumerated systems have an incarnation where HCS tells one', (t) => {
  const text = JSON.stringify([
    { Id: 'a', State: 'Running', SystemType: 'Container', Owner: 'docker', RuntimeId: '{AB00-1}', Name: 'n' },
    { Id: 'b', RuntimeOsType: 'Linux', RuntimeId: '00000000-0000-0000-0000-000000000000', IsRuntimeTemplate: true },
  ]);
  const unnamed = { name: '', owner: '', state: '', systemType: '' };
  t.deepEqual(computeSystems(text), [
    {
      id: 'a',
      name: 'n',
      owner: 'docker',
      state: 'Running',
      systemType: 'Container',
      osType: 'windows',
      runtimeId: 'ab00-1',
      template: false,
    },
    { ...unnamed, id: 'b', osType: 'linux', runtimeId: null, template: true },
  ]);
  t.deepEqual(computeSystems('[]'), []);
});

for (const text of [null, '', '{', '[]', '{"Id":5}', '{"Statistics":{"Timestamp":"yesterday"}}']) {
  test(`the answer ${JSON.stringify(text)} is a failure of HCS, not of the caller`, (t) => {
    const error = t.throws(() => properties(text));
    t.true(
      isRuntimeError(error) && error.code === 'hcsFailure' && error.details.phase === 'HcsGetComputeSystemProperties',
    );
  });
}

for (const [text, utc] of [
  ['2019-03-27T06:32:23.1000000Z', '2019-03-27T06:32:23.1Z'],
  ['2019-03-27T06:32:23.123456789-01:30', '2019-03-27T08:02:23.123456789Z'],
  ['2019-03-27t06:32:23.000z', '2019-03-27T06:32:23Z'],
  ['0001-01-01T00:00:00Z', null],
  ['2019-13-27T06:32:23Z', undefined],
  ['2019-03-27 06:32:23Z', undefined],
  ['', undefined],
] as const) {
  test(`the time ${text} is ${utc ?? 'none'} in UTC`, (t) => {
    t.is(utcTime(text), utc);
  });
}

test('the small documents are those of hcsshim', (t) => {
  t.is(resizeDocument(80, 25), '{"Operation":"ConsoleSize","ConsoleSize":{"Height":25,"Width":80}}');
  t.is(closeStdinDocument, '{"Operation":"CloseHandle","CloseHandle":{"Handle":"StdIn"}}');
  t.is(networkDocument('Add', 'E1'), '{"ResourceType":"Network","Settings":"E1","RequestType":"Add"}');
  t.is(signalDocument('CtrlC'), '{"Signal":"CtrlC"}');
  t.is(signalDocument(15), '{"Signal":15}');
  t.is(propertyQuery(), EMPTY_QUERY);
  t.is(statisticsQuery, '{"PropertyTypes":["Statistics"]}');
  t.is(processListQuery, '{"PropertyTypes":["ProcessList"]}');
  t.is(enumerateQuery(), EMPTY_QUERY);
  t.is(enumerateQuery({ types: ['Container'], owners: ['docker'] }), '{"Types":["Container"],"Owners":["docker"]}');
});
