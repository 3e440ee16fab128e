$null = Invoke-HcsContainer -Remove -MaxTime 0.5 -Command sleep, 60
Assert-Equal $LASTEXITCODE 124
$id = Start-TestContainer
$null = Invoke-HcsCommand $id sleep, 60 -MaxTime 500ms
Assert-Equal $LASTEXITCODE 124
Remove-TestContainer $id
