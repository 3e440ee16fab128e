function Invoke-HcsCommand {
    <#
    .SYNOPSIS
    Runs a further program in a running container (exec): its output as lines, its code in $LASTEXITCODE, or one object with -Capture.
    .PARAMETER Id
    Id of the container.
    .PARAMETER Command
    The program and its arguments, with commas between them: cmd, /c, ver.
    .PARAMETER ExtraArgument
    Takes what follows the program without commas: cmd /c ver. Words that begin with - are put in quotes then: sh '-c' 'echo hi'.
    .PARAMETER Environment
    Environment variables over those of the container: a table, or texts such as PORT=8080.
    .PARAMETER WorkingDirectory
    Working directory; else that of the container.
    .PARAMETER User
    User; else that of the container.
    .PARAMETER ExecId
    Id of the exec; made up when absent.
    .PARAMETER InputText
    Text for the program's stdin, which then ends.
    .PARAMETER InputObject
    With an id that is given: strings from the pipeline are the lines of the program's stdin. Without: containers to run it in.
    .PARAMETER InFile
    A file whose bytes, unchanged, are the program's stdin.
    .PARAMETER OutFile
    A file that gets the bytes of the program's stdout, unchanged; nothing is returned then. It is made, or emptied, before the program runs.
    .PARAMETER MaxTime
    End the program after this time.
    That it was ended is an error of id timeout, and $LASTEXITCODE is 124; with -Capture TimedOut is true, and ExitCode stays the program's.
    .PARAMETER Capture
    Return Stdout, Stderr and ExitCode as one object.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Invoke-HcsCommand web cmd /c ver

    Runs a further program in a running container, as docker exec does: its output is lines, its code is in $LASTEXITCODE.
    .EXAMPLE
    Get-HcsContainer | Where-Object Status -eq running | Invoke-HcsCommand -Command hostname

    The same in all that run.
    .EXAMPLE
    $result = Invoke-HcsCommand web -Capture cmd, /c, 'type data.json'; $result.Stdout | ConvertFrom-Json

    Output as one text, with the code and stderr beside it.
    .EXAMPLE
    Invoke-HcsCommand web cmd, /c, dump.cmd -OutFile dump.bin

    Bytes into a file, unchanged.
    .OUTPUTS
    System.String or HostCompute.Result
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string] $Id,
        [Parameter(Mandatory = $true, Position = 1)]
        [AllowEmptyString()]
        [string[]] $Command,
        [Parameter(ValueFromRemainingArguments = $true)]
        [AllowNull()] [AllowEmptyString()] [AllowEmptyCollection()]
        [object[]] $ExtraArgument,
        [ValidateScript({ Test-HcsPair -Value $_ })] [object[]] $Environment,
        [string] $WorkingDirectory,
        [string] $User,
        [string] $ExecId,
        [string] $InputText,
        [Parameter(ValueFromPipeline = $true)]
        [object] $InputObject,
        [Alias('InputFile')] [string] $InFile,
        [Alias('OutputFile')] [string] $OutFile,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $MaxTime,
        [switch] $Capture,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    begin {
        # Containers of a pipeline bring their ids later.
        $takesLines = $PSBoundParameters.ContainsKey('Id') -and $MyInvocation.ExpectingInput
        $lines = New-Object -TypeName System.Collections.Generic.List[object]
        $strange = $false
        $options = Get-HcsTimeoutOption -Timeout $Timeout
        foreach ($pair in ConvertTo-HcsPair -Value $Environment) { $options += '--env', $pair }
        if ($WorkingDirectory) { $options += '--workdir', $WorkingDirectory }
        if ($User) { $options += '--user', $User }
        if ($ExecId) { $options += '--exec-id', $ExecId }
        if ($PSBoundParameters.ContainsKey('MaxTime')) { $options += '--max-time', (ConvertTo-HcsDuration -Value $MaxTime) }
        $text = $null
        if ($PSBoundParameters.ContainsKey('InputText')) { $text = $InputText }
        $run = {
            if (-not (Confirm-HcsAction -Caller $PSCmdlet -Target $Id -Action "run $($Command[0]) in")) { return }
            try {
                $words = ConvertTo-HcsWord -Caller $PSCmdlet
                Invoke-HcsProgram -Verb 'exec' -Option $options -Word (@($Id, '--') + $words) -InputText $text -Interactive:($null -ne $text) -Capture:$Capture -InFile $InFile -OutFile $OutFile -Caller $PSCmdlet -Target $Id
            } catch [System.Management.Automation.PipelineStoppedException] {
                throw
            } catch {
                Write-HcsError -Caller $PSCmdlet -Record $_
            }
        }
    }
    process {
        if (-not $takesLines) {
            . $run
        } elseif (Add-HcsInput -Line $lines -Value $InputObject) {
            $strange = $true
        }
    }
    end {
        if (-not $takesLines) { return }
        if ($strange) { Write-Warning -Message $script:HcsObjectsAreText }
        $text = ''
        if ($lines.Count -gt 0) { $text = Join-HcsInput -Line $lines }
        . $run
    }
}
