$result = Invoke-HcsContainer -Remove -Capture sh, -c, 'echo out; echo err >&2; exit 4'
Assert-Equal $result.ExitCode 4
Assert-Equal $result.Stdout.TrimEnd() 'out'
Assert-Equal $result.Stderr.TrimEnd() 'err'
Assert-Equal $result.PSObject.TypeNames[0] 'HostCompute.Result'
