$prefix = New-TestId
$null = Start-TestContainer -Id "$prefix-runs"
foreach ($code in 0, 3) { $null = Invoke-HcsContainer -Detach -Id "$prefix-$code" -Command sh, -c, "exit $code" }
$null = Wait-HcsContainer "$prefix-0", "$prefix-3" -Timeout 30
$all = @(Get-HcsContainer "$prefix-*")
Assert-Equal @($all | Where-Object Exit -gt 0 | ForEach-Object Id) @("$prefix-3") 'failed, and ended'
Assert-Equal @($all | Where-Object Exit -eq 0 | ForEach-Object Id) @("$prefix-0") 'succeeded'
Assert-Equal @($all | Where-Object State -eq running | ForEach-Object Id) @("$prefix-runs") 'state'
Assert-Equal @($all | Where-Object { $_.State -eq 'stopped' }).Count 2
Assert-Equal ($all | Where-Object Exit -gt 0 | Select-Object Id, State, Exit).Exit ([long] 3)
# Others' names are no further columns of an export.
Assert-Equal @(($all | ConvertTo-Csv)[0] -split ',' | Where-Object { $_ -in '"State"', '"Exit"' }).Count 0

# As README finds those that failed: it leaves alone what runs.
$root = Split-Path (Split-Path (Split-Path (Get-Module HostCompute).Path))
$line = [regex]::Match([System.IO.File]::ReadAllText("$root/README.md"), '(?m)^\$bad = .*$').Value -replace 'job-\*', "$prefix-*"
Assert-Match $line "$prefix"
. ([scriptblock]::Create($line))
Assert-Equal @($bad.Id) @("$prefix-3") 'README'
$all.Id | Remove-TestContainer
