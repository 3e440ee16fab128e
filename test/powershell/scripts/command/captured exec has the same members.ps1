$id = Start-TestContainer
$exec = hcs exec --json $id -- sh -c 'echo out; exit 5' | ConvertFrom-Json
Assert-Equal $exec.exitCode 5
Assert-Equal $exec.stdout.TrimEnd() 'out'
Remove-TestContainer $id
