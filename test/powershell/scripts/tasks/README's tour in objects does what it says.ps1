# As it stands there, in a folder of its own, but that somebody stops the service while its events are followed.
$root = Split-Path (Split-Path (Split-Path (Get-Module HostCompute).Path))
$text = [System.IO.File]::ReadAllText("$root/README.md")
$block = [regex]::Matches($text, '(?s)```powershell\n(.*?)```')[1].Groups[1].Value -replace '\./powershell/HostCompute', "$root/powershell/HostCompute"
$module = (Get-Module HostCompute).Path
$follow = 'Get-HcsEvent svc -After 0 -Follow -Until exit'
Assert-True $block.Contains($follow)
$block = $block.Replace($follow, "`$stopper = [powershell]::Create().AddScript(`"Import-Module '$module'; Stop-HcsContainer svc -Force`"); Get-HcsEvent svc -Follow -After ((Get-HcsEvent svc | Select-Object -Last 1).Cursor - 1) -Until exit | ForEach-Object { if (-not `$asked) { `$asked = `$stopper.BeginInvoke() }; `$_ }")
Push-Location (New-Item -ItemType Directory -Path (Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId)))
try {
    $asked = $null
    $said = @(. ([scriptblock]::Create($block)))
    Assert-True ($said -ccontains 'red') 'environment'
    Assert-True @($said | Where-Object { $_.PSObject.Properties['Stream'] -and "$_".Trim() -eq 'ready' }).Count 'the line that is waited for'
    Assert-Match (Get-Content svc.log -First 1) '^ready'
    Assert-Equal @($answer.n) @(1, 2)
    Assert-Equal @($said | Where-Object { $_.PSObject.TypeNames[0] -eq 'HostCompute.Exit' } | Sort-Object Id | ForEach-Object { [int] $_.ExitCode }) @(1, 2, 3, 4, 5, 5)
    Assert-True ($said -ccontains 'late-6 ended with 0') 'the first that ends'
    Assert-Equal @($said | Where-Object { $_.PSObject.Properties['ExitCodeHex'] -and $_.PSObject.Properties['Status'] -and $_.Id -eq 'job-3' }).Count 1 'codes as Windows spells them'
    Assert-Equal (Get-Content report.json -Raw | ConvertFrom-Json).status 0
    Assert-Equal @($said | Where-Object { $_ -is [string] -and $_ -cin 'a', 'b', 'c' }) @('a', 'b', 'c')
    Assert-Equal $bad.Count 5
    Assert-Equal @(Get-HcsContainer job-*).Count 0
    Assert-True ((Get-Item ver.bin).Length -gt 10)
    Assert-Equal $result.ExitCode 4
    Assert-Equal @($said | Where-Object { $_.PSObject.Properties['MemoryMaximumInMB'] }).MemoryMaximumInMB 512
    Assert-Equal $said[-1].Type 'exit'
    $null = $stopper.EndInvoke($asked)
} finally {
    Pop-Location
    'svc', 'sorter', 'web2' | Remove-TestContainer
}
