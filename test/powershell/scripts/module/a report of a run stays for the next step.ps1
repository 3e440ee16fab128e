$file = [System.IO.Path]::GetTempFileName()
$id = New-TestId
$lines = Invoke-HcsContainer -Remove -Id $id -Report $file sh, '-c', 'echo out; exit 3'
Assert-Equal $lines 'out'
Assert-Equal $LASTEXITCODE 3
$report = Get-Content -Raw $file | ConvertFrom-Json
Assert-Equal $report.id $id
Assert-Equal $report.exitCode 3
Assert-Equal $report.timedOut $false
Assert-Equal $report.status 3
$null = Assert-Fails { Invoke-HcsContainer -Remove -Report $file -MaxTime 300ms sleep, 60 -ErrorAction Stop } 'timeout'
$report = Get-Content -Raw $file | ConvertFrom-Json
Assert-Equal $report.timedOut $true
Assert-Equal $report.status 124
$null = Assert-Fails { Invoke-HcsContainer -Detach -Report $file sleep, 60 -ErrorAction Stop } 'invalidRequest'
Remove-Item $file
