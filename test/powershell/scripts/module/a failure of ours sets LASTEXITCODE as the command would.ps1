$global:ErrorActionPreference = 'Continue'
$id = Start-TestContainer
$null = Invoke-HcsCommand $id sh, -c, 'exit 3'
Assert-Equal $LASTEXITCODE 3
$null = Invoke-HcsContainer -Id $id -Command sleep, 1 2>$null
Assert-Equal $LASTEXITCODE 125
$null = Invoke-HcsCommand $id /no/such/program 2>$null
Assert-Equal $LASTEXITCODE 127
Remove-TestContainer $id
