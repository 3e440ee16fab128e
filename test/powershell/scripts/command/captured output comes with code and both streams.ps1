$run = hcs run --rm --json -- sh -c 'echo out; echo err >&2; exit 3' | ConvertFrom-Json
Assert-Equal $run.exitCode 3
Assert-Equal $run.exitCodeHex '0x00000003'
Assert-Equal $run.stdout.TrimEnd() 'out'
Assert-Equal $run.stderr.TrimEnd() 'err'
