$id = New-TestId
$shell = 'while read line; do echo "got $line"; echo "told $line" >&2; [ "$line" = end ] && exit 3; done; exit 4'
$null = Invoke-HcsContainer -Detach -Interactive -Id $id sh, -c, $shell
# As long as somebody waits for the answer, and no longer.
Assert-Equal ('öne' | Connect-HcsContainer $id -KeepStdin -Follow | Select-Object -First 1) 'got öne'
Assert-Equal @('two' | Connect-HcsContainer $id -KeepStdin | Where-Object { $_ -ne 'got two' }).Count 0 'other lines'
Assert-Equal $LASTEXITCODE 0 'left'
$null = Get-HcsLog $id -Follow | Where-Object Text -eq 'got two' | Select-Object -First 1
# Without -KeepStdin its input ends, and with it the program.
Assert-Equal @('three', 'end' | Connect-HcsContainer $id) @('got three', 'got end')
Assert-Equal $LASTEXITCODE 3
Assert-Equal @(Connect-HcsContainer $id) @('got öne', 'got two', 'got three', 'got end')
Assert-Equal $LASTEXITCODE 3 'of one that has ended'
Remove-HcsContainer $id -Confirm:$false

$id = (New-HcsContainer cat | Start-HcsContainer -Interactive -PassThru).Id
Assert-Equal ('x' | Connect-HcsContainer $id) 'x'
Assert-Equal $LASTEXITCODE 0
Remove-HcsContainer $id -Confirm:$false
