$watch = [System.Diagnostics.Stopwatch]::StartNew()
$null = Assert-Fails { Get-HcsEvent -Follow -Timeout 0.5 } 'timeout'
Assert-True ($watch.Elapsed.TotalSeconds -lt 20)
