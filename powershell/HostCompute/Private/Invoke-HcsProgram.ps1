function Invoke-HcsProgram {
    <#
    .SYNOPSIS
    Runs a program through run or exec: its output line by line, or captured as one object.
    .DESCRIPTION
    As for a native command, stderr goes to the host, $LASTEXITCODE is the program's code, and with
    $PSNativeCommandUseErrorActionPreference a code other than 0 is an error. Our own failures are errors of the caller, and $LASTEXITCODE
    is 125, 126 or 127 as of the command.
    #>
    param(
        [Parameter(Mandatory = $true)] [string] $Verb,
        [string[]] $Option,
        [AllowEmptyString()] [string[]] $Word,
        [AllowNull()] [object] $InputText,
        # Stdin is the program's; else the text is a spec.
        [switch] $Interactive,
        [switch] $Capture,
        [System.Management.Automation.PSCmdlet] $Caller,
        $Target
    )

    $report = [System.IO.Path]::GetTempFileName()
    $line = @($Verb, '--no-input', '--report', $report)
    if ($Interactive) { $line += '-i' }
    if ($Capture) { $line += '--json' }
    if ($Option) { $line += $Option }
    if ($Word) { $line += $Word }
    $process = $null
    try {
        $process = Start-HcsProcess -Argument $line -InputText $InputText -Caller $Caller
        if ($null -eq $process) { return }
        $errors = $process.StandardError.ReadToEndAsync()
        if ($Capture) {
            $lines = @(Read-HcsLine -Process $process)
        } else {
            Read-HcsLine -Process $process
            if (Test-HcsLeft -Process $process) { return }
        }
        while (-not $process.WaitForExit(100)) { }
        $text = ''
        if ($Capture) { $text = $lines -join "`n" } elseif ([System.IO.File]::Exists($report)) { $text = [System.IO.File]::ReadAllText($report) }
        $result = ConvertFrom-HcsDocument -Text $text -ErrorText $errors.Result
        if (Test-HcsFailure -Document $result) {
            $global:LASTEXITCODE = $process.ExitCode
            Write-HcsFailure -ErrorBody $result.error -Target $Target -Caller $Caller
            return
        }
        $global:LASTEXITCODE = Get-HcsExitCode -Result $result
        if ($Capture) {
            ConvertTo-HcsObject -Value $result -TypeName 'Result'
        } elseif ($errors.Result -ne '') {
            foreach ($line in $errors.Result.TrimEnd("`r", "`n") -split "`r?`n") { $Host.UI.WriteErrorLine($line) }
        }
        $wants = $Caller.SessionState.PSVariable.GetValue('PSNativeCommandUseErrorActionPreference', $false)
        if ($wants -and $global:LASTEXITCODE -ne 0) {
            $Caller.WriteError((New-HcsErrorRecord -Code 'programFailed' -Message "the program ended with $($global:LASTEXITCODE)" -Target $Target))
        }
    } finally {
        Stop-HcsProcess -Process $process
        [System.IO.File]::Delete($report)
    }
}

function Get-HcsExitCode {
    <#
    .SYNOPSIS
    The code as PowerShell has it: a signed number of 32 bits. An unknown one is 125, as of the command.
    #>
    param($Result)

    if (-not $Result.PSObject.Properties['exitCode']) { return 0 }
    # -MaxTime was over.
    if ($Result.PSObject.Properties['timedOut']) { return 124 }
    if ($null -eq $Result.exitCode) { return 125 }
    [System.BitConverter]::ToInt32([System.BitConverter]::GetBytes([uint32] $Result.exitCode), 0)
}
