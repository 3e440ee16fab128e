/** hcs-cmd: what it prints and the code it ends with. Lines end as on Windows where no terminal is. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { CMD, folder } from './support.js';

const posix = process.platform === 'win32' ? test.skip : test;
const PATH = process.env['PATH'] ?? '/usr/bin:/bin';

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function cmd(
  args: readonly string[],
  options: { input?: string; cwd?: string; env?: Record<string, string> } = {},
): Outcome {
  const done = spawnSync(CMD, args, {
    input: options.input ?? '',
    cwd: options.cwd ?? '/',
    env: options.env ?? { PATH },
    encoding: 'utf8',
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

/** One line as the service passes it: the text behind `cmd`, unchanged. */
const line = (text: string, options: Parameters<typeof cmd>[1] = {}): Outcome => cmd([`/c ${text}`], options);

const prints = test.macro({
  exec(t: ExecutionContext, text: string, out: string, code = 0) {
    t.deepEqual(line(text), { code, out, err: '' });
  },
  title: (_given: string | undefined, text: string) => `${text} prints what cmd prints`,
});

posix(prints, 'echo a  b', 'a  b\r\n');
posix(prints, 'echo', 'ECHO is on.\r\n');
posix(prints, 'echo.', '\r\n');
posix(prints, 'echo(x', 'x\r\n');
posix(prints, '@echo off & echo x', 'x\r\n');
posix(prints, 'ECHO "a & b" ^& ^^ ^"', '"a & b" & ^ "\r\n');
posix(prints, 'echo a& echo b', 'a\r\nb\r\n');
posix(prints, 'true && echo yes || echo no', 'yes \r\n');
posix(prints, 'false && echo yes || echo no', 'no\r\n', 1);
posix(prints, 'false & echo %ERRORLEVEL%', '0\r\n', 1);
posix(prints, '(echo b& echo a)| sort', 'a\r\nb\r\n');
posix(prints, 'rem anything & echo no', '');
posix(prints, 'set A=1& set a', 'A=1\r\n');
posix(prints, 'set "A B=x y" & set A', 'A B=x y\r\n');
posix(prints, 'set A=1& set A=& set', `PATH=${PATH}\r\n`);
posix(prints, 'echo %NOPE%', '%NOPE%\r\n');
posix(prints, 'ver', '\r\nMicrosoft Windows [Version 10.0.20348] (hcs simulator)\r\n');
posix(prints, 'timeout /t 0 /nobreak', '');
posix(prints, 'ping -n 1 127.0.0.1 >NUL & echo %ERRORLEVEL%', '0\r\n');
posix(prints, 'ping.exe -n 0 127.0.0.1 2>NUL || echo bad', 'bad\r\n', 1);
posix(prints, 'printf %s, "a b" c\\"d "" \\\\x "y\\\\"', 'a b,c"d,,\\\\x,y\\,');
posix(prints, 'PRINTF.EXE x', 'x');
posix(prints, 'cd \\usr & cd', '/usr\r\n');
posix(prints, 'cd /d /usr/bin & cd .. & cd', '/usr\r\n');
posix(prints, 'exit', '');
posix(prints, 'exit /b 7 & echo never', '', 7);
posix(prints, 'cmd /c exit 3 || cmd /c "echo %PATH:x=y%"', '%PATH:x=y%\r\n');

posix("an unknown command gives cmd's words and 9009", (t) => {
  const { code, out, err } = line('no-such-thing a b');
  t.is(out, '');
  t.is(
    err,
    "'no-such-thing' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
  );
  t.is(code, 9009 & 255);
});

posix('%VAR% knows no case and is put in before the line is run', (t) => {
  const env = { PATH, Path2: 'v', both: '1' };
  t.is(line('echo %PATH2% %path2%', { env }).out, 'v v\r\n');
  t.is(line('set BOTH=2& cmd /c echo %both% ^& set both', { env }).out, '1 \r\nboth=2\r\n');
});

posix('a program is found in a Windows PATH', (t) => {
  t.is(line('printf ok', { env: { path: 'C:\\none;/usr/bin;/bin' } }).out, 'ok');
});

posix('redirections go to files, from files and between descriptors', (t) => {
  const cwd = folder(t);
  t.is(line('echo one>x.txt& echo two>>x.txt& type x.txt', { cwd }).out, 'one\r\ntwo\r\n');
  t.is(line('(echo a& echo b) > "y y.txt" & sort -r < "y y.txt"', { cwd }).out, 'b\r\na\r\n');
  t.is(line('no-such 2>nul', { cwd }).err, '');
  t.regex(line('no-such 2>&1', { cwd }).out, /not recognized/);
  t.deepEqual(line('echo e 1>&2', { cwd }), { code: 0, out: '', err: 'e \r\n' });
  t.is(line('echo 2> z.txt', { cwd }).out, 'ECHO is on.\r\n');
  t.is(readFileSync(join(cwd, 'z.txt'), 'utf8'), '');
  const missing = line('type < nowhere.txt', { cwd });
  t.is(missing.err, 'The system cannot find the file specified.\r\n');
  t.is(missing.code, 1);
  t.false(existsSync(join(cwd, 'nul')));
});

posix('type prints bytes as they are and names what is missing', (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'a b'), 'x\ny');
  t.is(line('type "a b"', { cwd }).out, 'x\ny');
  t.deepEqual(line('type none', { cwd }), {
    code: 1,
    out: '',
    err: 'The system cannot find the file specified.\r\n',
  });
});

posix("drive letters mean the container's folder", (t) => {
  const root = folder(t);
  mkdirSync(join(root, 'a/b'), { recursive: true });
  writeFileSync(join(root, 'a/f.txt'), 'here');
  const env = { PATH, HCS_SILO_ROOT: root };
  t.is(line('cd & cd C:\\a\\b & cd & type c:\\a\\f.txt', { cwd: root, env }).out, 'C:\\\r\nC:\\a\\b\r\nhere');
  t.is(line('cd C:\\none', { cwd: root, env }).err, 'The system cannot find the path specified.\r\n');
  t.is(line('cd \\a & echo %CD%', { cwd: root, env }).out, 'C:\\\r\n', 'put in before cd has run');
});

posix("the quotes of /c are cmd's own affair", (t) => {
  t.is(cmd(['/s /c "echo "a  b""']).out, '"a  b"\r\n');
  t.is(cmd(['/c "echo "a" "b""']).out, '"a" "b"\r\n');
  t.is(cmd(['/c "echo a & echo b"']).out, 'a \r\nb\r\n');
  t.is(cmd(['/d /q /v:on /cecho x']).out, 'x\r\n');
});

posix('several arguments are put together as one command line', (t) => {
  t.is(cmd(['/c', 'echo', 'a b', 'c', '&', 'echo', 'd']).out, '"a b" c \r\nd\r\n');
  t.is(cmd(['/c', 'echo "a  b"']).out, '"a  b"\r\n');
  t.is(cmd(['/S', '/C', '"echo x"']).out, 'x\r\n');
});

posix('a line that makes no sense is refused', (t) => {
  for (const text of ['& echo x', 'echo x >', '(echo x', 'echo x && ', '| sort']) {
    const { code, out, err } = line(text);
    t.is(out, '', text);
    t.regex(err, /unexpected at this time|syntax of the command is incorrect/, text);
    t.is(code, 1, text);
  }
});

posix('without /c it reads lines, shows a prompt and keeps what they change', (t) => {
  const input = 'cd /usr\r\nset X=5\necho %X%\nexit 300\necho never\n';
  const { code, out } = cmd([], { input });
  t.is(code, 300 & 255);
  t.is(
    out,
    'Microsoft Windows [Version 10.0.20348] (hcs simulator)\r\n\r\n/>cd /usr\r\n\r\n/usr>set X=5\r\n\r\n' +
      '/usr>echo %X%\r\n5\r\n\r\n/usr>exit 300\r\n',
  );
});

posix('the rest of stdin belongs to the program that a line starts', (t) => {
  t.is(cmd(['/q'], { input: 'cat\nfor cat\n' }).out, 'for cat\n');
  t.is(cmd(['/q /k echo first'], { input: 'echo then\n' }).out, 'first\r\nthen\r\n');
});

posix('a program that a signal ends gives the code that Windows would', (t) => {
  const { out } = cmd(['/q'], {
    input: 'sh -c "kill -SEGV $$"\necho %ERRORLEVEL%\nsh -c "kill -KILL $$"\necho %ERRORLEVEL%\n',
  });
  t.is(out, `${0xc0000005 | 0}\r\n1067\r\n`);
});
