<#
.SYNOPSIS
Runs a program in a container of its own, with this folder in it, and ends with its exit code.

.DESCRIPTION
For CI agents: a private engine that ends with the command (--standalone) in a home that is removed afterwards, so that jobs on one
agent do not see each other and nothing is left behind. The report (exit code, times) is written whatever happens; publish it
as an artifact. Works in PowerShell 7 and in Windows PowerShell 5.1.

Exit codes: the program's; 124 when -MaxTime was over; 2 when an option is wrong; 125 when hcs failed; 126 or 127 when the
program cannot be run or found.

.EXAMPLE
./examples/ci/in-container.ps1 -MaxTime 20m -- cmd /c build.cmd test

.EXAMPLE
./examples/ci/in-container.ps1 -Layer C:\layers\servercore -Report out\report.json -- powershell -File build.ps1
#>
[CmdletBinding()]
param(
    # Program and arguments. Write -- before them, so that theirs are not taken for ours.
    [Parameter(Mandatory = $true, Position = 0, ValueFromRemainingArguments = $true)]
    [AllowEmptyString()]
    [string[]] $Program,

    # Windows layer folder; by default the newest that Docker or containerd has unpacked here and that fits this Windows.
    [string] $Layer,

    # The report, as JSON.
    [string] $Report = 'hcs-report.json',

    # The program is ended after this time.
    [string] $MaxTime = '30m',

    # Memory and processors that it may use, such as 4g and 2.
    [string] $Memory,
    [string] $Cpus
)

$ErrorActionPreference = 'Stop'
# A program's exit code is a result, not an error of ours.
$PSNativeCommandUseErrorActionPreference = $false

$hcsHome = Join-Path ([IO.Path]::GetTempPath()) "hostcompute-$([Guid]::NewGuid().ToString('N'))"
if (Test-Path -LiteralPath $Report) { Remove-Item -LiteralPath $Report }
$folder = Split-Path -Path $Report -Parent
if ($folder) { $null = New-Item -Path $folder -ItemType Directory -Force }
$simulated = $env:HCS_BACKEND -eq 'simulator' -or $env:OS -ne 'Windows_NT'

try {
    if (-not $Layer -and -not $simulated) {
        $fitting = @((hcs --home $hcsHome layer find --json | ConvertFrom-Json).items | Where-Object matches)
        if ($fitting.Count -eq 0) {
            Write-Error 'No layer on this agent fits its Windows. Unpack one (docker pull mcr.microsoft.com/windows/nanoserver:ltsc2022), or pass -Layer.'
        }
        $Layer = ($fitting | Sort-Object osBuild | Select-Object -Last 1).path
    }

    $options = @(
        '--home', $hcsHome, '--standalone', '--rm'
        '--report', $Report, '--max-time', $MaxTime
        '--mount', "type=bind,source=$($PWD.ProviderPath),target=C:\src", '--workdir', 'C:\src'
    )
    if ($Layer) { $options += '--layer', $Layer }
    if ($Memory) { $options += '--memory', $Memory }
    if ($Cpus) { $options += '--cpus', $Cpus }

    hcs run @options -- @Program
    $code = $LASTEXITCODE

    $told = if (Test-Path -LiteralPath $Report) { Get-Content -LiteralPath $Report -Raw | ConvertFrom-Json }
    if ($told.timedOut) { Write-Host "in-container: ended, since it took longer than $MaxTime" }
    elseif ($told.ok) { Write-Host "in-container: exit code $($told.exitCode) ($($told.exitCodeHex))" }
    elseif ($told) { Write-Host "in-container: $($told.error.code): $($told.error.message)" }
}
finally {
    Remove-Item -LiteralPath $hcsHome -Recurse -Force -ErrorAction SilentlyContinue
}
exit $code
