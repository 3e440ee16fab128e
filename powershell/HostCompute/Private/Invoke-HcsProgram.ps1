$script:HcsObjectsAreText = 'objects go to the program as the text that PowerShell makes of them: put ConvertTo-Json -Compress before it'

function Invoke-HcsProgram {
    <#
    .SYNOPSIS
    Runs a program through run or exec, or follows one through attach: its output line by line, captured as one object, or as bytes into a file.
    .DESCRIPTION
    As for a native command, stderr goes to the host as it comes, $LASTEXITCODE is the program's code, and with
    $PSNativeCommandUseErrorActionPreference a code other than 0 is an error. Our own failures are errors of the caller, and $LASTEXITCODE
    is 125, 126 or 127 as of the command; so is that -MaxTime ended the program, and it is 124.
    #>
    param(
        [Parameter(Mandatory = $true)] [string] $Verb,
        [string[]] $Option,
        [AllowEmptyString()] [string[]] $Word,
        [AllowNull()] [object] $InputText,
        # Stdin is the program's; else the text is a spec.
        [switch] $Interactive,
        # The end of the text is not the end of its stdin.
        [switch] $HoldInput,
        # Files for the program's stdin and stdout, byte by byte.
        [string] $InFile,
        [string] $OutFile,
        # Where to keep the report; else it is gone when this ends.
        [string] $Report,
        [switch] $Capture,
        [System.Management.Automation.PSCmdlet] $Caller,
        $Target
    )

    if ($InFile) { $InFile = $Caller.SessionState.Path.GetUnresolvedProviderPathFromPSPath($InFile) }
    if ($OutFile) { $OutFile = $Caller.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutFile) }
    if (-not (Test-HcsFile -InFile $InFile -OutFile $OutFile -InputText:($null -ne $InputText) -Capture:$Capture -Caller $Caller)) { return }
    $reported = if ($Report) { $Report } else { [System.IO.Path]::GetTempFileName() }
    $line = @($Verb, '--no-input', '--report', $reported)
    if ($Interactive -or $InFile) { $line += '-i' }
    if ($Capture) { $line += '--json' }
    if ($Option) { $line += $Option }
    if ($Word) { $line += $Word }
    $process = $null
    $file = $null
    try {
        # Before anything runs: that it cannot be written must be known by then.
        if ($OutFile) { $file = [System.IO.File]::Create($OutFile) }
        $process = Start-HcsProcess -Argument $line -InputText $InputText -InFile $InFile -HoldInput:$HoldInput -ShowError:(-not $Capture) -Caller $Caller
        if ($null -eq $process) { return }
        if ($Capture) {
            $lines = @(Read-HcsLine -Process $process)
        } elseif ($null -ne $file) {
            $copy = $process.StandardOutput.BaseStream.CopyToAsync($file)
            Wait-HcsTask -Process $process -Task $copy
            # A disk that is full: the program is ended with the pipe.
            $null = $copy.GetAwaiter().GetResult()
        } else {
            Read-HcsLine -Process $process
            if (Test-HcsLeft -Process $process) { return }
        }
        $said = Wait-HcsExit -Process $process
        $text = ''
        if ($Capture) { $text = $lines -join "`n" } elseif ([System.IO.File]::Exists($reported)) { $text = [System.IO.File]::ReadAllText($reported) }
        $result = ConvertFrom-HcsDocument -Text $text -ErrorText $said -Status $process.ExitCode
        if (Test-HcsFailure -Document $result) {
            $global:LASTEXITCODE = $process.ExitCode
            Write-HcsFailure -ErrorBody $result.error -Target $Target -Caller $Caller
            return
        }
        $global:LASTEXITCODE = Get-HcsExitCode -Result $result
        $isOver = Test-HcsOver -Result $result
        $isLeft = $result.PSObject.Properties['left'] -and $result.left -ceq 'timeout'
        if ($result.PSObject.Properties['warnings']) { foreach ($warning in $result.warnings) { $Caller.WriteWarning($warning) } }
        if ($Capture) {
            $object = ConvertTo-HcsObject -Value $result -TypeName 'Result'
            Add-Member -InputObject $object -NotePropertyName TimedOut -NotePropertyValue $isOver -Force
            $object
        } elseif ($said -and -not $isOver -and -not $isLeft) {
            # Else the error below says it.
            $Host.UI.WriteErrorLine($said)
        }
        if ($isLeft) {
            Write-HcsError -Caller $Caller -Record (New-HcsErrorRecord -Code 'timeout' -Message 'the time of -Timeout was over; the program runs on' -Hint 'give it more time' -Target $Target)
            return
        }
        if ($isOver) {
            Write-HcsError -Caller $Caller -Record (New-HcsErrorRecord -Code 'timeout' -Message 'the program was ended: the time of -MaxTime was over' -Hint 'give it more time, or find out what it waits for' -Target $Target)
            return
        }
        $wants = $Caller.SessionState.PSVariable.GetValue('PSNativeCommandUseErrorActionPreference', $false)
        if ($wants -and $global:LASTEXITCODE -ne 0) {
            Write-HcsError -Caller $Caller -Record (New-HcsErrorRecord -Code 'programFailed' -Message "the program ended with $($global:LASTEXITCODE)" -Target $Target)
        }
    } finally {
        Stop-HcsProcess -Process $process
        if ($null -ne $file) { $file.Dispose() }
        if (-not $Report) { [System.IO.File]::Delete($reported) }
    }
}

function Test-HcsText {
    <#
    .SYNOPSIS
    Whether an object has a text of its own to send to a program, not one that only describes it.
    #>
    [OutputType([bool])]
    param([AllowNull()] $Value)

    if ($null -eq $Value -or $Value -is [string] -or $Value -is [ValueType]) { return $true }
    $own = $Value.PSObject.Methods['ToString']
    if ($own -is [System.Management.Automation.PSScriptMethod]) { return $true }
    $Value -isnot [System.Management.Automation.PSCustomObject] -and [string] $Value -cne $Value.GetType().FullName
}

function Add-HcsInput {
    <#
    .SYNOPSIS
    Adds what comes from a pipeline to the lines of input; bytes stay bytes. True when it is an object that no program can read as it is written.
    #>
    [OutputType([bool])]
    param([System.Collections.Generic.List[object]] $Line, [AllowNull()] $Value)

    $strange = $false
    if ($null -eq $Value) { $Line.Add('') }
    if ($Value -is [byte[]] -or $Value -is [byte]) {
        $Line.Add($Value.PSObject.BaseObject)
        return $false
    }
    foreach ($item in $Value) {
        if (-not (Test-HcsText -Value $item)) { $strange = $true }
        $Line.Add([string] $item)
    }
    $strange
}

function Join-HcsInput {
    <#
    .SYNOPSIS
    What a program gets: lines, each with its end, or, where all that came is bytes (Get-Content -AsByteStream), these and nothing else.
    #>
    [OutputType([string], [byte[]])]
    param([System.Collections.Generic.List[object]] $Line)

    $bytes = New-Object -TypeName System.IO.MemoryStream
    $texts = foreach ($item in $Line) {
        if ($item -is [byte[]]) { $bytes.Write($item, 0, $item.Length) } elseif ($item -is [byte]) { $bytes.WriteByte($item) } else { , $item }
    }
    if ($null -eq $texts) { return , $bytes.ToArray() }
    ($Line -join "`n") + "`n"
}

function Test-HcsFile {
    <#
    .SYNOPSIS
    Whether what is asked for goes together, and the files are to be had; if not, an error of the caller.
    #>
    [OutputType([bool])]
    param([string] $InFile, [string] $OutFile, [switch] $InputText, [switch] $Capture, [System.Management.Automation.PSCmdlet] $Caller)

    $message = ''
    $hint = 'leave one of them out'
    if ($InFile -and -not [System.IO.File]::Exists($InFile)) {
        $message = "there is no file $InFile"
        $hint = 'check -InFile'
    }
    if ($OutFile -and -not [System.IO.Directory]::Exists([System.IO.Path]::GetDirectoryName($OutFile))) {
        $message = "there is no folder for $OutFile"
        $hint = 'check -OutFile'
    }
    if ($InFile -and $InputText) { $message = '-InFile leaves no room for other input' }
    if ($OutFile -and $Capture) { $message = '-OutFile and -Capture both want the output' }
    if ($message) { Write-HcsError -Caller $Caller -Record (New-HcsErrorRecord -Code 'invalidRequest' -Message $message -Hint $hint) }
    -not $message
}

function Test-HcsOver {
    <#
    .SYNOPSIS
    Whether the program was ended because its time was over.
    #>
    [OutputType([bool])]
    param($Result)

    $told = $Result.PSObject.Properties['timedOut']
    $null -ne $told -and [bool] $told.Value
}

function Get-HcsExitCode {
    <#
    .SYNOPSIS
    The code as PowerShell has it: a signed number of 32 bits. An unknown one is 125, as of the command.
    #>
    param($Result)

    # -MaxTime, or -Timeout, was over.
    if (Test-HcsOver -Result $Result) { return 124 }
    if ($Result.PSObject.Properties['left'] -and $Result.left -ceq 'timeout') { return 124 }
    if (-not $Result.PSObject.Properties['exitCode']) { return 0 }
    if ($null -eq $Result.exitCode) { return 125 }
    [System.BitConverter]::ToInt32([System.BitConverter]::GetBytes([uint32] $Result.exitCode), 0)
}
