function Invoke-Hcs {
    <#
    .SYNOPSIS
    Runs a verb that answers with one document, and returns the document.
    .DESCRIPTION
    A failure is written as an error of the caller, and nothing is returned. Without a caller it is thrown: an error that is thrown and caught
    on its way would stand twice in a user's -ErrorVariable.
    #>
    param(
        [Parameter(Mandatory = $true)] [AllowEmptyString()] [string[]] $Argument,
        [AllowNull()] [object] $InputText,
        $Target,
        [AllowNull()] [object] $Timeout,
        # The document of a failure is returned, too: it may tell of each of several.
        [switch] $AnyAnswer,
        [AllowNull()] [System.Management.Automation.PSCmdlet] $Caller
    )

    $line = @('--json', '--no-input') + (Get-HcsTimeoutOption -Timeout $Timeout) + $Argument
    $process = $null
    try {
        $process = Start-HcsProcess -Argument $line -InputText $InputText -Caller $Caller
        if ($null -eq $process) { return }
        $lines = @(Read-HcsLine -Process $process)
        $document = ConvertFrom-HcsDocument -Text ($lines -join "`n") -ErrorText (Wait-HcsExit -Process $process)
        if ($AnyAnswer -or -not (Test-HcsFailure -Document $document)) { return $document }
        Write-HcsFailure -ErrorBody $document.error -Target $Target -Caller $Caller
    } finally {
        Stop-HcsProcess -Process $process
    }
}

function ConvertFrom-HcsDocument {
    <#
    .SYNOPSIS
    The document in a text; where there is none one with an error: what hcs said on stderr, with the code of its exit status.
    #>
    param([string] $Text, [string] $ErrorText, [int] $Status)

    if ($Text -match '^\s*\{') { return (ConvertFrom-HcsJson -Text $Text) }
    $message = $ErrorText.Trim() -replace '^hcs: ', ''
    if ($message -eq '') { $message = 'hcs ended without an answer' }
    # A line that could not be understood is told there alone where stdout is the program's.
    $failure = @{ code = 'internal'; message = $message }
    if ($Status -eq 2) { $failure.code = 'invalidRequest' }
    if ($Status -eq 2 -and $message -cmatch '^(.*) \(((?:usage|see): .*)\)$') {
        $failure.message = $Matches[1]
        $failure.hint = $Matches[2]
    }
    [pscustomobject] @{ ok = $false; error = [pscustomobject] $failure }
}

function Test-HcsFailure {
    <#
    .SYNOPSIS
    Whether a document tells a failure of ours. An event may have a member error, too: the text of what HCS reported.
    #>
    [OutputType([bool])]
    param($Document)

    $null -ne $Document.PSObject.Properties['ok'] -and $Document.ok -eq $false
}

function Write-HcsFailure {
    <#
    .SYNOPSIS
    Tells a failure as an error of the caller; throws it where there is none.
    #>
    param($ErrorBody, $Target, [AllowNull()] [System.Management.Automation.PSCmdlet] $Caller)

    $hint = ''
    $id = ''
    if ($ErrorBody.PSObject.Properties['containerId']) { $id = $ErrorBody.containerId }
    if ($ErrorBody.PSObject.Properties['hint']) { $hint = ConvertTo-HcsHint -Text $ErrorBody.hint -Id $id }
    if ($ErrorBody.code -ceq 'processCannotStart' -and (Test-HcsOneWord -Caller $Caller)) {
        $hint = "arguments stand with commas between them: sh, -c, 'echo hi'"
    }
    if ($null -ne $Caller) { $hint = Get-HcsAdvice -ErrorBody $ErrorBody -Hint $hint -Caller $Caller }
    $message = ConvertTo-HcsHint -Text $ErrorBody.message -Id $id
    $detail = ConvertTo-HcsObject -Value $ErrorBody
    $record = New-HcsErrorRecord -Code $ErrorBody.code -Message $message -Hint $hint -Target $Target -Detail $detail
    if ($null -eq $Caller) { throw $record }
    Write-HcsError -Caller $Caller -Record $record
}

function Test-HcsOneWord {
    <#
    .SYNOPSIS
    Whether a command line was given as one word, which is then the name of a program.
    #>
    [OutputType([bool])]
    param([AllowNull()] [System.Management.Automation.PSCmdlet] $Caller)

    if ($null -eq $Caller -or -not $Caller.MyInvocation.BoundParameters.ContainsKey('Command')) { return $false }
    if ($Caller.MyInvocation.BoundParameters.ContainsKey('ExtraArgument')) { return $false }
    $words = @($Caller.MyInvocation.BoundParameters['Command'])
    $words.Count -eq 1 -and "$($words[0])".Trim() -match '\s'
}

function Get-HcsTimeoutOption {
    [OutputType([string[]])]
    param([AllowNull()] [object] $Timeout)

    if ($null -ne $Timeout) { return @('--timeout', (ConvertTo-HcsDuration -Value $Timeout)) }
    @()
}

function ConvertTo-HcsDuration {
    <#
    .SYNOPSIS
    A time as hcs reads it. A number is seconds, as after the options of hcs; to PowerShell it would be ticks, and a text of digits days.
    #>
    [OutputType([string])]
    param([object] $Value)

    $given = $Value.PSObject.BaseObject
    if ($given -is [string] -and $given -match '^\s*[0-9]+(\.[0-9]+)?(ms|s|m|h)?\s*$') {
        $unit = $Matches[2]
        $number = [double]::Parse(($given -replace '[a-z\s]', ''), [System.Globalization.CultureInfo]::InvariantCulture)
        $span = switch ($unit) {
            'ms' { [timespan]::FromMilliseconds($number) }
            'm' { [timespan]::FromMinutes($number) }
            'h' { [timespan]::FromHours($number) }
            default { [timespan]::FromSeconds($number) }
        }
    } elseif ($given -is [ValueType] -and $given -isnot [timespan]) {
        $span = [timespan]::FromSeconds([double] $given)
    } else {
        $span = [timespan] $given
    }
    '{0}ms' -f [int64] $span.TotalMilliseconds
}

function ConvertTo-HcsSince {
    <#
    .SYNOPSIS
    A time, or how long ago, as hcs reads it; a text is for hcs to read.
    #>
    [OutputType([string])]
    param([object] $Value)

    $given = $Value.PSObject.BaseObject
    if ($given -is [datetime]) { return $given.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [System.Globalization.CultureInfo]::InvariantCulture) }
    if ($given -is [datetimeoffset]) { return (ConvertTo-HcsSince -Value $given.UtcDateTime) }
    if ($given -is [string]) { return $given }
    ConvertTo-HcsDuration -Value $given
}

function Test-HcsDuration {
    <#
    .SYNOPSIS
    Whether it is a time; for ValidateScript, which tells the exception.
    #>
    [OutputType([bool])]
    param([object] $Value)

    try {
        $null = ConvertTo-HcsDuration -Value $Value
    } catch {
        throw "$Value is no time: expected seconds, a text such as 500ms or 2m, or a TimeSpan"
    }
    $true
}

function Invoke-HcsFollow {
    <#
    .SYNOPSIS
    Runs a verb that follows, and returns an object a line as they come. Ends with the pipeline: nothing is left behind.
    #>
    param(
        [Parameter(Mandatory = $true)] [AllowEmptyString()] [string[]] $Argument,
        [Parameter(Mandatory = $true)] [string] $TypeName,
        $Target,
        [AllowNull()] [System.Management.Automation.PSCmdlet] $Caller
    )

    $process = $null
    $told = $false
    try {
        $process = Start-HcsProcess -Argument (@('--output', 'ndjson', '--no-input') + $Argument) -Caller $Caller
        if ($null -eq $process) { return }
        Read-HcsLine -Process $process | ForEach-Object {
            $document = ConvertFrom-HcsJson -Text $_
            if (Test-HcsFailure -Document $document) {
                $told = $true
                Write-HcsFailure -ErrorBody $document.error -Target $Target -Caller $Caller
            } else {
                ConvertTo-HcsObject -Value $document -TypeName $TypeName
            }
        }
        if (Test-HcsLeft -Process $process) { return }
        $said = Wait-HcsExit -Process $process
        if ($process.ExitCode -ne 0 -and -not $told) {
            $failure = (ConvertFrom-HcsDocument -ErrorText $said).error
            # That the time is over is no document among what was followed.
            if ($process.ExitCode -eq 124) { $failure = [pscustomobject] @{ code = 'timeout'; message = $failure.message } }
            Write-HcsFailure -ErrorBody $failure -Target $Target -Caller $Caller
        }
    } finally {
        Stop-HcsProcess -Process $process
    }
}
