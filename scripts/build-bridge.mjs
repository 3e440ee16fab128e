#!/usr/bin/env node
// Builds dist/bridge/HcsBridge.dll and, in dist/bridge/edge/, edge-js's managed half (docs/decisions/0005-edge-managed-half.md).
// Needs the .NET SDK 8 or later. Intermediate files go to build/dotnet. Does nothing when nothing has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const out = path.join(root, 'dist', 'bridge');
const work = path.join(root, 'build', 'dotnet');
const bridge = path.join(root, 'src', 'bridge');
const stamp = path.join(out, 'bridge.build.json');
const products = ['HcsBridge.dll', 'edge/EdgeJs.dll', 'edge/EdgeJs.deps.json', 'edge/EdgeJs.runtimeconfig.json'];

// A native call's task is completed on a thread of the bridge's own; by default edge's continuation would hop over the shared
// thread pool to wake Node, which costs latency and lets a busy pool delay every answer.
const PATCH = {
  file: 'coreclrembedding.cs',
  from: 'actualTask.ContinueWith(TaskCompleted, new TaskState(taskCompleteDelegate, context));',
  to: 'actualTask.ContinueWith(TaskCompleted, new TaskState(taskCompleteDelegate, context), System.Threading.CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);',
};

function fail(message) {
  process.stderr.write(`build-bridge: ${message}\n`);
  process.exit(1);
}

function edgeFolder() {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('edge-js/package.json'));
  } catch {
    return null;
  }
}

function edgeSources(folder) {
  return ['src/double/Edge.js/dotnetcore', 'src/common'].flatMap((sub) =>
    fs
      .readdirSync(path.join(folder, sub))
      .filter((name) => name.endsWith('.cs'))
      .map((name) => path.join(folder, sub, name)),
  );
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.basename(file)).update('\0').update(fs.readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** dotnet on PATH, in DOTNET_ROOT, or where the installers put it. */
function findDotnet() {
  const exe = process.platform === 'win32' ? 'dotnet.exe' : 'dotnet';
  const folders = [
    process.env.DOTNET_ROOT,
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...(process.platform === 'win32'
      ? [path.join(process.env.ProgramFiles ?? 'C:\\Program Files', 'dotnet')]
      : ['/usr/share/dotnet', '/usr/lib/dotnet', '/usr/local/share/dotnet', '/opt/dotnet']),
    process.env.HOME && path.join(process.env.HOME, '.dotnet'),
  ];
  return (
    folders
      .filter(Boolean)
      .map((folder) => path.join(folder, exe))
      .find((file) => fs.existsSync(file)) ?? null
  );
}

const edge = edgeFolder();
const own = [
  'Channel.cs',
  'Events.cs',
  'Handles.cs',
  'HcsBridge.cs',
  'Intake.cs',
  'LargeBuffers.cs',
  'Log.cs',
  'LogEnd.cs',
  'Native.cs',
  'NativeHandles.cs',
  'PipeEnd.cs',
  'Readiness.cs',
  'Relay.cs',
  'Request.cs',
  'Splicer.cs',
  'Workers.cs',
  'HcsBridge.csproj',
  'edge/EdgeJs.csproj',
  'edge/CodeAnalysis.cs',
].map((f) => path.join(bridge, f));
const present = products.every((file) => fs.existsSync(path.join(out, file)));
if (edge === null) {
  // An optional dependency: without it there is no engine here, but the package can still be a client of one.
  process.stderr.write('build-bridge: edge-js is not installed, the bridge is left out (npm install edge-js)\n');
  process.exit(0);
}
const inputs = fingerprint([...own, ...edgeSources(edge), fileURLToPath(import.meta.url)]);
if (present && fs.existsSync(stamp) && JSON.parse(fs.readFileSync(stamp, 'utf8')).inputs === inputs) process.exit(0);

const dotnet = findDotnet();
if (dotnet === null) {
  if (present && process.platform === 'win32') process.exit(0); // the package carries a build
  fail(
    'the .NET SDK was not found: install version 8 or later (https://dotnet.microsoft.com/download) and put `dotnet` on PATH',
  );
}

fs.mkdirSync(work, { recursive: true });
fs.mkdirSync(out, { recursive: true });
const environment = {
  ...process.env,
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  DOTNET_SKIP_FIRST_TIME_EXPERIENCE: '1',
  DOTNET_GENERATE_ASPNET_CERTIFICATE: 'false',
  MSBUILDDISABLENODEREUSE: '1',
};
if (!environment.HOME && !environment.USERPROFILE) {
  environment.HOME = path.join(work, 'home');
  fs.mkdirSync(environment.HOME, { recursive: true });
}
environment.DOTNET_CLI_HOME ??= environment.HOME ?? environment.USERPROFILE;

function publish(project, output, properties) {
  const staging = path.join(work, 'staging', path.basename(project, '.csproj'));
  fs.rmSync(staging, { recursive: true, force: true });
  const args = [
    'publish',
    project,
    '-c',
    'Release',
    '-o',
    staging,
    '--artifacts-path',
    work,
    '-v',
    'quiet',
    '--nologo',
  ];
  const result = spawnSync(dotnet, [...args, ...properties.map((p) => `-p:${p}`)], {
    cwd: bridge,
    env: environment,
    encoding: 'utf8',
  });
  if (result.error) fail(`${dotnet} did not start: ${result.error.message}`);
  if (result.status !== 0) fail(`${path.basename(project)} did not compile:\n${result.stdout}${result.stderr}`);
  fs.mkdirSync(output, { recursive: true });
  // Renamed into place: an engine that runs has the old file open and keeps it.
  for (const name of fs.readdirSync(staging)) {
    const target = path.join(output, name);
    fs.copyFileSync(path.join(staging, name), `${target}.new`);
    fs.renameSync(`${target}.new`, target);
  }
}

function patchedSources() {
  const folder = path.join(work, 'edge-sources');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const file of edgeSources(edge)) {
    let text = fs.readFileSync(file, 'utf8');
    if (path.basename(file) === PATCH.file) {
      if (!text.includes(PATCH.from))
        fail(`edge-js has changed: ${PATCH.file} has no longer the line that is replaced`);
      if (!process.env.HCS_EDGE_UNPATCHED) text = text.replace(PATCH.from, PATCH.to);
    }
    fs.writeFileSync(path.join(folder, path.basename(file)), text);
  }
  return folder;
}

publish(path.join(bridge, 'HcsBridge.csproj'), out, []);
publish(path.join(bridge, 'edge', 'EdgeJs.csproj'), path.join(out, 'edge'), [`EdgeSources=${patchedSources()}`]);
fs.writeFileSync(stamp, JSON.stringify({ inputs }) + '\n');
