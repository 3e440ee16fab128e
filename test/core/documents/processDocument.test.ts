import test from 'ava';
import { execDocument, initDocument } from '#src/core/documents/processDocument.js';
import { decodeProcess, decodeSpec, type OciProcess } from '#src/core/documents/spec.js';
import { parseJson } from '#src/core/json/lossless.js';
import { build, lcowSpec } from './support.js';

const init = (process: object) => initDocument(decodeSpec({ process, windows: {} }));
const parsed = (document: string) => JSON.parse(document) as Record<string, unknown>;

test('commandLine is passed on as it is and wins over args', (t) => {
  t.is(parsed(init({ args: ['a b'], commandLine: 'x  "y' }).document)['CommandLine'], 'x  "y');
});

test('without commandLine the args are escaped', (t) => {
  t.is(parsed(init({ args: ['a b', ''] }).document)['CommandLine'], '"a b" ""');
});

test('a process without a command is passed on as in the seed, with a warning', (t) => {
  const { document, warnings } = init({ cwd: 'C:\\' });
  t.is(
    document,
    '{"WorkingDirectory":"C:\\\\","CreateStdInPipe":true,"CreateStdOutPipe":true,"CreateStdErrPipe":true,"ConsoleSize":[0,0]}',
  );
  t.deepEqual(warnings, ['spec.process has no command: args and commandLine are empty']);
});

test('a terminal has no stderr of its own', (t) => {
  t.is(
    init({ args: ['cmd'], terminal: true, consoleSize: { height: 24, width: 80 } }).document,
    '{"CommandLine":"cmd","EmulateConsole":true,"CreateStdInPipe":true,"CreateStdOutPipe":true,"ConsoleSize":[24,80]}',
  );
});

test('members come in the order of Go and the environment sorted', (t) => {
  t.is(
    init({ args: ['x'], user: { username: 'U' }, cwd: 'C:\\', env: ['b=2', 'A=<1>', 'b=3', 'a='] }).document,
    '{"CommandLine":"x","User":"U","WorkingDirectory":"C:\\\\","Environment":{"A":"\\u003c1\\u003e","a":"","b":"3"},' +
      '"CreateStdInPipe":true,"CreateStdOutPipe":true,"CreateStdErrPipe":true,"ConsoleSize":[0,0]}',
  );
});

test('a console size keeps 64 bits, as in the seed', (t) => {
  const process = decodeProcess(parseJson('{"args":["x"],"consoleSize":{"height":18446744073709551615,"width":1}}'));
  t.true(initDocument({ process }).document.includes('"ConsoleSize":[18446744073709551615,1]'));
});

const exec = (process: OciProcess, lcow = false) => parsed(execDocument(process, { lcow, cwd: 'C:\\init' }).document);

test('an exec without a working directory gets that of init, with one its own', (t) => {
  t.is(exec({ args: ['x'] })['WorkingDirectory'], 'C:\\init');
  t.is(exec({ args: ['x'], cwd: '' })['WorkingDirectory'], 'C:\\init');
  t.is(exec({ args: ['x'], cwd: 'D:\\' })['WorkingDirectory'], 'D:\\');
});

test('an exec of a Linux container passes arguments, no command line and no spec', (t) => {
  const document = exec({ args: ['a b'], commandLine: 'x' }, true);
  t.deepEqual(document['CommandArgs'], ['a b']);
  t.is(document['CommandLine'], undefined);
  t.is(document['OCISpecification'], undefined);
});

test('init of a Linux container carries the whole spec, written as Go writes it', async (t) => {
  const text = `{
    "windows": {"layerFolders": ["C:\\\\b", "C:\\\\s"], "credentialSpec": {"z": 1.0, "a": 12345678901234567890}, "network": {}},
    "linux": {"resources": {"memory": {"limit": 0, "swap": -1}, "pids": {}, "rdma": {"m": {"hcaHandles": 0}}},
              "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "x", "args": [{"op": "y", "valueTwo": 0}]}]},
              "sysctl": {"b": "1", "a": "2"}, "namespaces": []},
    "vm": {}, "annotations": {"k<": "v"}, "Hostname": "h",
    "process": {"args": ["sh", null], "cwd": "/", "user": {"additionalGids": [4294967295]}, "oomScoreAdj": 0, "terminal": false},
    "root": null, "unknown": true, "ociVersion": "1.0.1", "hooks": {"poststop": [{"path": "/x", "timeout": 0}]},
    "mounts": [{"destination": "/d", "type": "bind", "source": "D:\\\\d", "options": ["uvmpath=/u"]}]
  }`;
  const built = await build(parseJson(text) as Record<string, unknown>);
  const { document } = initDocument(built.spec);
  t.is(
    document.slice(document.indexOf('"OCISpecification":')),
    '"OCISpecification":{"ociVersion":"1.0.1",' +
      '"process":{"user":{"uid":0,"gid":0,"additionalGids":[4294967295]},"args":["sh",""],"cwd":"/","oomScoreAdj":0},' +
      '"hostname":"h","mounts":[{"destination":"/d","type":"bind","source":"/u/d"}],' +
      '"hooks":{"poststop":[{"path":"/x","timeout":0}]},"annotations":{"k\\u003c":"v"},' +
      '"linux":{"sysctl":{"a":"2","b":"1"},' +
      '"resources":{"memory":{"limit":0,"swap":-1},"pids":{"limit":0},"rdma":{"m":{"hcaHandles":0}}},' +
      '"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":null,"action":"x","args":[{"index":0,"value":0,"op":"y"}]}]}},' +
      '"windows":{"layerFolders":["C:\\\\b","C:\\\\s"],"credentialSpec":{"a":12345678901234567000,"z":1},"network":{}},' +
      '"vm":{"hypervisor":{"path":""},"kernel":{"path":""},"image":{"path":"","format":""}}}}',
  );
});

test('a Linux container without parents has null layers, before build 17134 no Linux metadata', async (t) => {
  const mount = { destination: '/d', type: 'bind', source: 'D:\\d', options: ['uvmpath=/u', 'ro=yes'] };
  const spec = lcowSpec([mount, { destination: '/proc', type: 'proc' }], { windows: { layerFolders: ['C:\\s'] } });
  const built = await build(spec, { build: 17133 });
  t.is(
    built.document,
    '{"SystemType":"container","Name":"c1","Owner":"docker","LayerFolderPath":"C:\\\\s","Layers":null,' +
      '"MappedDirectories":[{"HostPath":"D:\\\\d","ContainerPath":"/u/d","ReadOnly":true,"BandwidthMaximum":0,"IOPSMaximum":0,' +
      '"CreateInUtilityVM":true}],"HvPartition":true,"HvRuntime":{"ImagePath":"C:\\\\lcow","LinuxInitrdFile":"initrd.img",' +
      '"LinuxKernelFile":"kernel"},"ContainerType":"linux","TerminateOnLastHandleClosed":true}',
  );
  t.true(built.lcow);
  t.is(built.isolation, 'hyperv');
});
